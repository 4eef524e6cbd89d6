// An OpenID provider as its authors ship it: defaults, development sign-in forms, one client.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import Provider from "oidc-provider";

const [port, hub, secretFile] = process.argv.slice(2);
const client_secret = readFileSync(secretFile, "utf8").trim();
const provider = new Provider(`http://localhost:${port}`, {
  clients: [
    {
      client_id: "trusthub",
      client_secret,
      redirect_uris: [`${hub}/callback`],
      post_logout_redirect_uris: [`${hub}/signed_out`],
    },
  ],
});
const answer = provider.callback();
createServer((request, response) => {
  console.log(request.method, request.url.split("?")[0]);
  answer(request, response);
}).listen(Number(port), "127.0.0.1", () => console.log("up"));
