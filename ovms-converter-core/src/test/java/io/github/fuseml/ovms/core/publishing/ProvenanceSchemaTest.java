package io.github.fuseml.ovms.core.publishing;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.ModelFormat;
import io.github.fuseml.ovms.api.OptimizationOptions;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.PublishOptions;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.api.Verification;
import io.github.fuseml.ovms.core.support.Sandbox;
import io.github.fuseml.ovms.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records of provenance are what their documentation says. */
class ProvenanceSchemaTest {
  private static final Path SCHEMA =
      Fixtures.root().resolve("../../docs/provenance.schema.json").normalize();

  @TempDir
  private Path directory;

  @Test
  void givenVersionsThatWereMadeInDifferentWaysThenTheirRecordsKeepToTheSchema()
      throws IOException {
    Sandbox sandbox = Sandbox.in(directory);
    try (OvmsConverter converter = sandbox.converter().build()) {
      converter.convert(sandbox
          .request(Fixtures.get("onnx-conv").source())
          .options(OptimizationOptions.builder().batch(1).compressToFp16(true).build())
          .publishing(PublishOptions.builder().verification(Verification.INFER).build())
          .build());
      converter.convert(
          sandbox.request(Fixtures.root().resolve("mlflow-onnx/model")).build());
      converter.convert(sandbox
          .request(Fixtures.get("onnx-external-two").source())
          .outputFormat(ModelFormat.ONNX)
          .build());
      converter.rollback(Location.of(sandbox.output()), 1, StoreSettings.none());
    }

    Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(Files.readString(SCHEMA));
    for (int version = 1; version <= 4; version++) {
      String record = Files.readString(
          sandbox.output().resolve(Integer.toString(version)).resolve(Sandbox.RECORD));
      assertThat(schema.validate(record, InputFormat.JSON)).as(record).isEqualTo(List.of());
    }
    assertThat(schema.validate("{\"schemaVersion\": 2}", InputFormat.JSON)).isNotEmpty();
  }
}
