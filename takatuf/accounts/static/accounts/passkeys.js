/* Passkeys: asks the device, puts its answer into the hidden field, sends the form.
   What is asked stands in the page as JSON, or comes from the address in data-ask. */
(() => {
  "use strict";
  const able = Boolean(window.PublicKeyCredential && navigator.credentials);

  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const known = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  const create = async (asked) => {
    const made = await navigator.credentials.create({
      publicKey: {
        ...asked,
        challenge: bytes(asked.challenge),
        user: { ...asked.user, id: bytes(asked.user.id) },
        excludeCredentials: known(asked.excludeCredentials),
      },
    });
    return {
      id: made.id,
      rawId: text(made.rawId),
      type: made.type,
      response: {
        clientDataJSON: text(made.response.clientDataJSON),
        attestationObject: text(made.response.attestationObject),
        transports: made.response.getTransports?.() || [],
      },
      clientExtensionResults: { credProps: made.getClientExtensionResults().credProps || {} },
    };
  };

  const get = async (asked) => {
    const shown = await navigator.credentials.get({
      publicKey: {
        ...asked,
        challenge: bytes(asked.challenge),
        allowCredentials: known(asked.allowCredentials),
      },
    });
    const { clientDataJSON, authenticatorData, signature, userHandle } = shown.response;
    return {
      id: shown.id,
      rawId: text(shown.rawId),
      type: shown.type,
      response: {
        clientDataJSON: text(clientDataJSON),
        authenticatorData: text(authenticatorData),
        signature: text(signature),
        userHandle: userHandle ? text(userHandle) : null,
      },
      clientExtensionResults: {},
    };
  };

  const asked = async (part) => {
    if (!part.dataset.ask) return JSON.parse(document.getElementById(part.dataset.options).textContent);
    const answer = await fetch(part.dataset.ask, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`The server answered ${answer.status}.`);
    return (await answer.json()).request_options;
  };

  for (const part of document.querySelectorAll("[data-passkey]")) {
    const form = part.closest("form");
    const button = part.querySelector("button");
    const fault = part.querySelector("[role=alert]");
    if (!able) {
      button.hidden = true;
      part.querySelector(".quiet").hidden = false;
      continue;
    }
    let busy = false;
    const run = async () => {
      if (busy) return;
      busy = true;
      button.setAttribute("aria-disabled", "true");
      fault.hidden = true;
      try {
        const { publicKey } = await asked(part);
        const answer = await (part.dataset.passkey === "create" ? create : get)(publicKey);
        form.elements.credential.value = JSON.stringify(answer);
        form.submit();
        return;
      } catch (error) {
        const { cancelled, known: there, failed } = part.dataset;
        fault.textContent = { NotAllowedError: cancelled, AbortError: cancelled, InvalidStateError: there }[error.name] || failed;
        fault.hidden = false;
      }
      busy = false;
      button.removeAttribute("aria-disabled");
    };
    button.addEventListener("click", run);
    /* Enter in the field for the name asks the device as well. */
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      run();
    });
  }
})();
