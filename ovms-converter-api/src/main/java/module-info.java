/**
 * What callers and extension authors of ovms-converter compile against; no dependency of its own.
 */
module io.github.fuseml.ovms.api {
  requires static transitive org.jspecify;

  exports io.github.fuseml.ovms.api;
  exports io.github.fuseml.ovms.spi;

  uses io.github.fuseml.ovms.api.OvmsConverter.Builder;
}
