export { type BundleDescription, type BundleManifest, loadBundle, saveBundle, sha256 } from "./bundle.js";
