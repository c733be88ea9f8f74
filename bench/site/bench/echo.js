// The peer of the preview engine: a worker that answers at once.
onmessage = ({ data }) => postMessage(data);
