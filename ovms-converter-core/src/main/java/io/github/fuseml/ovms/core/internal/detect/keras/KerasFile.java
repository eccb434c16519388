package io.github.fuseml.ovms.core.internal.detect.keras;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import io.github.fuseml.ovms.api.ModelFormat;
import io.github.fuseml.ovms.core.internal.detect.files.FileBytes;
import io.github.fuseml.ovms.core.internal.detect.files.FileStream;
import io.github.fuseml.ovms.core.internal.detect.files.MalformedException;
import io.github.fuseml.ovms.core.internal.detect.files.ZipDirectory;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ModelTree;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/**
 * What a Keras file tells of itself, read in place.
 *
 * @param format which of the two formats it has
 * @param version the version of Keras that wrote it; empty where only HDF5's own library could tell
 * @param config the model's configuration; empty where it could not be read in place
 */
record KerasFile(ModelFormat format, String version, Optional<KerasConfig> config) {
  private static final String HDF5 = "\u0089HDF\r\n\u001a\n";
  private static final String ZIP = "PK\u0003\u0004";
  private static final String CONFIG = "config.json";
  private static final String METADATA = "metadata.json";
  private static final int LARGEST_METADATA = 64 << 10;
  private static final int LARGEST_CONFIG = 16 << 20;

  /** Keras writes the configuration before the weights. */
  private static final int SEARCHED = 256 << 10;

  /**
   * Looks at a file.
   *
   * @return what it tells; empty if it is no Keras model
   * @throws MalformedException if it is one, and damaged
   */
  static Optional<KerasFile> read(ModelTree tree, Artifact file) throws MalformedException {
    String head = new String(tree.head(file), StandardCharsets.ISO_8859_1);
    if (head.startsWith(HDF5)) {
      return hdf5(tree, file);
    }
    return head.startsWith(ZIP) ? archive(new FileBytes(tree, file)) : Optional.empty();
  }

  private static Optional<KerasFile> archive(FileBytes bytes) throws MalformedException {
    ZipDirectory zip;
    try {
      zip = ZipDirectory.read(bytes);
    } catch (MalformedException e) {
      return Optional.empty(); // Any archive may be cut off: another detector says so.
    }
    if (!zip.names().containsAll(Set.of(METADATA, CONFIG))) {
      return Optional.empty();
    }
    JsonObject metadata = json(METADATA, zip.content(METADATA, LARGEST_METADATA));
    JsonElement version = metadata.get("keras_version");
    return Optional.of(new KerasFile(
        ModelFormat.KERAS_ARCHIVE,
        version == null || !version.isJsonPrimitive() ? "" : version.getAsString(),
        Optional.of(new KerasConfig(json(CONFIG, zip.content(CONFIG, LARGEST_CONFIG))))));
  }

  private static JsonObject json(String name, byte[] text) throws MalformedException {
    try {
      return object(new JsonReader(new StringReader(new String(text, StandardCharsets.UTF_8))));
    } catch (IOException | JsonParseException e) {
      throw new MalformedException(name + " in the archive is no JSON object");
    }
  }

  private static JsonObject object(JsonReader reader) throws IOException {
    reader.setStrictness(Strictness.STRICT);
    if (JsonParser.parseReader(reader) instanceof JsonObject object) {
      return object;
    }
    throw new IOException("no object");
  }

  /** The attributes of an HDF5 file's root need its library; Keras's own texts can be found without. */
  private static Optional<KerasFile> hdf5(ModelTree tree, Artifact file) {
    String start = new String(tree.read(file, 0, SEARCHED), StandardCharsets.ISO_8859_1);
    if (!start.contains("model_config")) {
      return Optional.empty();
    }
    return Optional.of(new KerasFile(ModelFormat.KERAS_H5, "", config(tree, file, start)));
  }

  private static Optional<KerasConfig> config(ModelTree tree, Artifact file, String start) {
    int begin = start.indexOf("{\"class_name\": ");
    begin = begin < 0 ? start.indexOf("{\"module\": \"keras") : begin;
    if (begin < 0) {
      return Optional.empty();
    }
    FileStream stream = new FileStream(new FileBytes(tree, file), begin);
    try {
      JsonReader reader = new JsonReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
      return Optional.of(new KerasConfig(object(reader)));
    } catch (IOException | JsonParseException e) {
      return Optional.empty(); // In a layout that this does not know; the export reads it properly.
    }
  }
}
