/** The implementation of the converter; it exports nothing. */
module io.github.fuseml.ovms.core {
  requires io.github.fuseml.ovms.api;
  requires com.google.gson;
  requires java.xml;
  requires org.yaml.snakeyaml;
  requires static org.apache.commons.compress;
  requires static org.jspecify;

  uses io.github.fuseml.ovms.spi.ArtifactStoreProvider;
  uses io.github.fuseml.ovms.spi.FormatDetector;
  uses io.github.fuseml.ovms.spi.OptimizerProvider;

  provides io.github.fuseml.ovms.api.OvmsConverter.Builder with
      io.github.fuseml.ovms.core.internal.pipeline.DefaultBuilder;
}
