/**
 * The one program of Samovar that runs outside the browser: it serves the page, carries TCP over
 * WebSockets, can be a bore server, and runs no code of the user's.
 *
 * <p>{@link dev.samovar.relay.SamovarServer} puts a chain of handlers together, one concern each, outermost first:
 * <pre>
 *   Patience            no deadline for the connection while its request is answered
 *   SecurityHeaders     every response: isolation, content policy
 *   HostCheck           only our names come through; those of previews end in PreviewFiles
 *   CrossOriginHandler  Jetty's; there only when an origin was named with --allow-cors
 *   ReadOnly            GET and HEAD
 *   Health              /health, /ready and /metrics, on every name
 *   RelayEndpoint       /relay: a WebSocket, for the page or who has the token
 *   ToPageHost          localhost and 127.0.0.1 are sent to the page's own name
 *   Settings            /__samovar/settings.json: what the page has to know of this server
 *   ProjectApi          the folder of the command line, for who knows its token
 *   StaticFiles         the page
 * </pre>
 * {@link dev.samovar.relay.Errors} words every refusal, whoever made it.
 */
package dev.samovar.relay;
