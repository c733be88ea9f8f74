// Shows the peer of a preview in a frame.
async ({ url }) => {
  const frame = document.createElement('iframe');
  frame.src = url;
  document.body.append(frame);
  await new Promise((loaded) => { frame.onload = loaded; });
}
