/** Defines `<onrecord-ask>`; loading it twice does no harm. */

import { OnrecordAsk } from "./web/element.js";

if (!customElements.get("onrecord-ask")) customElements.define("onrecord-ask", OnrecordAsk);
