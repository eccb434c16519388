package io.github.fuseml.ovms.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocationTest {
  @ParameterizedTest
  @CsvSource({
    "'s3://bucket/model', s3",
    "'S3://Bucket/Model', s3",
    "'gs://bucket/a b%20c#d', gs",
    "'https://host/a?sig=x', https",
    "'runs:/0123/model', runs",
    "'models:/iris/1', models",
    "'my+store-1.0://a', my+store-1.0",
  })
  void givenAUrlWhenReadThenItIsKeptAsItIsAndItsSchemeIsInLowerCase(String text, String scheme) {
    Location location = Location.of(text);

    assertThat(location.value()).isEqualTo(text);
    assertThat(location.scheme()).isEqualTo(scheme);
    assertThat(location.isLocal()).isFalse();
    assertThatExceptionOfType(IllegalStateException.class).isThrownBy(location::toPath);
  }

  @ParameterizedTest
  @CsvSource({
    "'/a/b', /a/b",
    "'/a/b/', /a/b",
    "'/a//b/./c/../d', /a/b/d",
    "'/', /",
    "'/a b%20c+d#e?f', /a b%20c+d#e?f",
    "'/modèle/模型', /modèle/模型",
    "'file:/a/b', /a/b",
    "'file:///a/b', /a/b",
    "'FILE:///a/b', /a/b",
    "'file://localhost/a/b', /a/b",
    "'file:///a%20b', /a b",
    "'file:///a+b', /a+b",
    "'file:///a%2Bb%25', /a+b%",
    "'file:///a%2520b', /a%20b",
    "'file:///mod%C3%A8le', /modèle",
    "'file:///a?b#c', /a?b#c",
  })
  void givenALocalPathOrFileUrlWhenReadThenItIsThatPath(String text, String path) {
    Location location = Location.of(text);

    assertThat(location.isLocal()).isTrue();
    assertThat(location.scheme()).isEqualTo("file");
    assertThat(location.value()).isEqualTo(path);
    assertThat(location.toPath()).isEqualTo(Path.of(path));
    assertThat(location).hasToString(path).isEqualTo(Location.of(Path.of(path)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"model", "./model", "a:b", "s3:bucket", "c:/model", "1s:/a", ":/a", "s3"})
  void givenATextThatIsNoUrlWhenReadThenItIsAPathBelowTheWorkingDirectory(String text) {
    assertThat(Location.of(text).toPath())
        .isEqualTo(Path.of(text).toAbsolutePath().normalize());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "\t",
        "a\0b",
        "s3://bucket/a\0b",
        "file:///a%00b",
        "file:///a%zz",
        "file:///a%2",
        "file:///100%",
        "file://host/a",
        "file://host",
        "file://",
      })
  void givenATextThatIsNoLocationWhenReadThenTheRequestIsRefusedWithAnAdvice(String text) {
    assertThatExceptionOfType(BadRequestException.class)
        .isThrownBy(() -> Location.of(text))
        .withMessageStartingWith("cannot read a location")
        .matches(error -> error.problem().remedy() != null);
  }

  @ParameterizedTest
  @CsvSource({
    "'https://user:secret@host/a', https://host/a",
    "'https://user@host/a', https://host/a",
    "'https://user:se@cret@host/a', https://host/a",
    "'https://host/a?token=secret', https://host/a?…",
    "'http://host/?secret', http://host/?…",
    "'https://user:secret@host:8443/a@b?x=secret&y', https://host:8443/a@b?…",
    "'s3://user:secret@bucket/a', s3://bucket/a",
    "'s3://bucket/a?b', s3://bucket/a?b",
    "'s3://bucket/a@b', s3://bucket/a@b",
    "'gs://bucket/what?.onnx', gs://bucket/what?.onnx",
  })
  void givenAUrlWithSecretsWhenPrintedThenTheyAreLeftOut(String text, String shown) {
    assertThat(Location.of(text)).hasToString(shown);
    assertThat(Location.of(text).value()).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "'s3://bucket/a/model.onnx', model.onnx",
    "'s3://bucket/a/model/', model",
    "'s3://bucket/a/model//', model",
    "'s3://bucket', ''",
    "'s3://bucket/', ''",
    "'s3://bucket/what?.onnx', what?.onnx",
    "'gs://bucket/a?b/c', c",
    "'https://host/a/model.onnx?sig=a/b', model.onnx",
    "'https://host?sig=a/b', ''",
    "'http://host/a/my%20model+1', my model+1",
    "'http://host/a/100%', 100%",
    "'runs:/0123/model', model",
    "'/a/model.onnx', model.onnx",
    "'/a/what?.onnx', what?.onnx",
    "'/', ''",
  })
  void givenALocationWhenAskedForItsNameThenItIsTheLastSegment(String text, String name) {
    assertThat(Location.of(text).name()).isEqualTo(name);
  }

  @ParameterizedTest
  @CsvSource({
    "'s3://bucket/a', b, s3://bucket/a/b",
    "'s3://bucket/a/', b, s3://bucket/a/b",
    "'s3://bucket', b/c, s3://bucket/b/c",
    "'s3://bucket/a', '../b%20?#', s3://bucket/a/../b%20?#",
    "'s3://bucket/a', 'b/', s3://bucket/a/b/",
    "'/a', 'b c', /a/b c",
    "'/', b, /b",
    "'http://host/a', 'b c/100%#?é', http://host/a/b%20c/100%25%23%3F%C3%A9",
    "'https://host/a/?sig=x/y', 'b+c', https://host/a/b+c?sig=x/y",
  })
  void givenALocationWhenResolvedThenTheNameIsAppendedLiterally(
      String text, String relative, String resolved) {
    Location location = Location.of(text).resolve(relative);

    assertThat(location.value()).isEqualTo(resolved);
    assertThat(location.scheme()).isEqualTo(Location.of(text).scheme());
  }

  @ParameterizedTest
  @CsvSource({
    "'s3://bucket/a/b', s3://bucket/a",
    "'s3://bucket/a/b/', s3://bucket/a",
    "'s3://bucket/a', s3://bucket",
    "'s3://bucket/', s3://bucket/",
    "'https://host/a/b?sig=x/y', https://host/a?sig=x/y",
    "'http://host', http://host",
    "'runs:/0123/model', runs:/0123",
    "'/a/b', /a",
    "'/a', /",
    "'/', /",
  })
  void givenALocationWhenAskedForItsParentThenItIsTheDirectoryAboveIt(String text, String parent) {
    assertThat(Location.of(text).parent()).isEqualTo(Location.of(parent));
  }

  @ParameterizedTest
  @CsvSource({
    "'s3://bucket/a', 's3://bucket/a/b/c', b/c",
    "'s3://bucket/a/', 's3://bucket/a/b/', b",
    "'s3://bucket/a', 's3://bucket/a', ''",
    "'s3://bucket/a', 's3://bucket/a/', ''",
    "'s3://bucket/a', 's3://bucket/ab', ",
    "'s3://bucket/a/b', 's3://bucket/a', ",
    "'s3://bucket/a', 'gs://bucket/a/b', ",
    "'s3://bucket/a', '/bucket/a/b', ",
    "'/a', '/a/b', b",
    "'/', '/a', a",
    "'/a', '/', ",
  })
  void givenTwoLocationsWhenRelativizedThenTheOneBelowIsAPath(
      String text, String other, String relative) {
    assertThat(Location.of(text).relativize(Location.of(other))).isEqualTo(relative);
  }

  @Test
  void givenTheSameTextWhenComparedThenTheLocationsAreEqual() {
    assertThat(Location.of("s3://bucket/a"))
        .isEqualTo(Location.of("s3://bucket/a"))
        .hasSameHashCodeAs(Location.of("s3://bucket/a"))
        .isNotEqualTo(Location.of("s3://bucket/a/"))
        .isNotEqualTo(Location.of("s3://bucket/A"));
  }
}
