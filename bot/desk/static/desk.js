// Comfort on top of plain forms: everything here also works without it.
import "./forms.js";
import "./verdicts.js";
import "./viewer.js";
import "./keys.js";

document.documentElement.classList.add("js");
