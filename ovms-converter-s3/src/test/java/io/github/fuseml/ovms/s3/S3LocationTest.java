package io.github.fuseml.ovms.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Location;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class S3LocationTest {
  @ParameterizedTest
  @CsvSource({
    "s3://bucket, bucket, '', ''",
    "s3://bucket/, bucket, '', ''",
    "s3://bucket/model, bucket, model, model/",
    "s3://bucket/model/, bucket, model/, model/",
    "S3://bucket/a/b c+%20#?é, bucket, a/b c+%20#?é, a/b c+%20#?é/",
    "s3://bucket//model, bucket, /model, /model/",
  })
  void givenALocationThenItsKeyIsTakenLiterally(
      String text, String bucket, String key, String prefix) {
    S3Location location = at(text);

    assertThat(location.bucket()).isEqualTo(bucket);
    assertThat(location.key()).isEqualTo(key);
    assertThat(location.prefix()).isEqualTo(prefix);
  }

  @Test
  void givenABucketOrADirectoryThenItIsNoObject() {
    assertThat(at("s3://bucket").isObject()).isFalse();
    assertThat(at("s3://bucket/model/").isObject()).isFalse();
    assertThat(at("s3://bucket/model").isObject()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3:///model", "s3:/bucket/model", "gs://bucket/model", "/bucket/model"})
  void givenNoBucketOrAnotherSchemeThenItIsRefused(String text) {
    assertThatExceptionOfType(BadRequestException.class).isThrownBy(() -> at(text));
  }

  @Test
  void givenCredentialsInTheLocationThenTheyAreRefusedAndNotShown() {
    assertThatExceptionOfType(BadRequestException.class)
        .isThrownBy(() -> at("s3://key:geheim@bucket/model"))
        .withMessageNotContaining("geheim");
  }

  private static S3Location at(String text) {
    return S3Location.of(Location.of(text), "s3");
  }
}
