package com.example.sftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.ConversionResult;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.ArtifactStoreProvider;
import io.github.fuseml.ovms.spi.StoreRole;
import io.github.fuseml.ovms.testkit.EngineEnvironment;
import io.github.fuseml.ovms.testkit.server.SshServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SftpConversionTest {
  @Test
  void givenTheStoreOnTheClassPathWhenConvertingThenItReadsAndWritesThere() throws IOException {
    try (SshServer source = SshServer.start();
        SshServer target = SshServer.start();
        OvmsConverter converter = OvmsConverter.builder()
            .discover()
            .engine(EngineEnvironment.settings().build())
            .build()) {
      Files.copy(
          Path.of(System.getProperty("ovms.examples"), "iris.onnx"),
          source.root().resolve("iris.onnx"));

      ConversionResult result = converter.convert(ConversionRequest.builder()
          .source(source.location("iris.onnx"))
          .inputSettings(Servers.settings(source))
          .output(target.location("models/iris"))
          .outputSettings(Servers.settings(target))
          .build());

      assertThat(result.versionLocation()).isEqualTo(target.location("models/iris/1"));
      assertThat(target.root().resolve("models/iris/1/iris.xml")).isNotEmptyFile();
      assertThat(target.root().resolve("models/iris/1/iris.bin")).isNotEmptyFile();
    }
  }

  @Test
  void givenAnotherStoreOfTheSchemeWhenTheConverterIsBuiltThenItIsRefusedAndBothAreNamed() {
    OvmsConverter.Builder builder =
        OvmsConverter.builder().discover().register(new OtherProvider());

    assertThatExceptionOfType(BadRequestException.class)
        .isThrownBy(builder::build)
        .withMessageContaining(SftpStoreProvider.class.getName())
        .withMessageContaining(OtherProvider.class.getName());
  }

  private static final class OtherProvider implements ArtifactStoreProvider {
    @Override
    public String id() {
      return "other-sftp";
    }

    @Override
    public Set<String> schemes() {
      return Set.of("sftp");
    }

    @Override
    public ArtifactStore open(StoreSettings settings, StoreRole role) {
      throw new IllegalStateException("never asked");
    }
  }
}
