// node:util/types

const tagged = (...tags) => value => tags.includes(Object.prototype.toString.call(value).slice(8, -1));
const boxed = type => value => typeof value === 'object' && value instanceof type;

const types = {
  isDate: value => value instanceof Date, isRegExp: value => value instanceof RegExp, isMap: value => value instanceof Map,
  isSet: value => value instanceof Set, isPromise: value => value instanceof Promise, isWeakMap: value => value instanceof WeakMap,
  isWeakSet: value => value instanceof WeakSet, isNativeError: value => value instanceof Error,
  isArrayBuffer: value => value instanceof ArrayBuffer, isSharedArrayBuffer: value => value instanceof SharedArrayBuffer,
  isAnyArrayBuffer: tagged('ArrayBuffer', 'SharedArrayBuffer'), isArrayBufferView: ArrayBuffer.isView, isDataView: value => value instanceof DataView,
  isTypedArray: value => ArrayBuffer.isView(value) && !(value instanceof DataView),
  isAsyncFunction: tagged('AsyncFunction', 'AsyncGeneratorFunction'), isGeneratorFunction: tagged('GeneratorFunction', 'AsyncGeneratorFunction'),
  isGeneratorObject: tagged('Generator', 'AsyncGenerator'), isArgumentsObject: tagged('Arguments'), isModuleNamespaceObject: tagged('Module'),
  isProxy: () => false, isExternal: () => false, isKeyObject: () => false, isCryptoKey: () => false,        // a proxy does not show
  isMapIterator: tagged('Map Iterator'), isSetIterator: tagged('Set Iterator'),
  isNumberObject: boxed(Number), isStringObject: boxed(String), isBooleanObject: boxed(Boolean), isSymbolObject: boxed(Symbol), isBigIntObject: boxed(BigInt),
  isBoxedPrimitive: value => [Number, String, Boolean, Symbol, BigInt].some(type => boxed(type)(value)),
};
for (const name of ['Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array', 'Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array']) {
  types['is' + name] = value => value instanceof globalThis[name];
}

export default types;
export const { isDate, isRegExp, isMap, isSet, isPromise, isNativeError, isArrayBuffer, isArrayBufferView, isTypedArray, isUint8Array, isAsyncFunction, isGeneratorFunction } = types;
