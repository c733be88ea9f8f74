// node:stream/web

import streams from '../core/web/streams.js';

export const {
  ByteLengthQueuingStrategy, CountQueuingStrategy, ReadableStream, ReadableStreamDefaultController, ReadableStreamDefaultReader, TextDecoderStream,
  TextEncoderStream, TransformStream, WritableStream, WritableStreamDefaultWriter,
} = streams;
export default streams;
