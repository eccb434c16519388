package io.github.fuseml.ovms.http;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactPaths;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A list of a directory's files, put into it by whoever published them, for servers that do not list:
 *
 * <pre>{@code
 * {
 *   "version": 1,
 *   "files": [
 *     {"path": "variables/variables.index", "size": 1234, "sha256": "9f86d081…"}
 *   ]
 * }
 * }</pre>
 *
 * <p>{@code path} is relative to the directory and not percent-encoded, {@code size} is in bytes,
 * {@code sha256} in hexadecimal may be left out. Where it is given, a file with other content is
 * refused after it was fetched.
 */
final class Manifest {
  static final String NAME = "ovms-manifest.json";

  private static final int VERSION = 1;

  /** As docs/http-manifest.md has it. */
  private static final String FORM =
      "{\"version\": 1, \"files\": [{\"path\": \"a/b.bin\", \"size\": 1234, \"sha256\": \"…\"}]}";

  private Manifest() {}

  /**
   * Reads a manifest.
   *
   * @param json its text, UTF-8
   * @param directory the directory that it lies in
   * @return the files, sorted by path
   * @throws TransferException if it is no manifest, or lists a path that is not safe
   */
  static List<Artifact> read(byte[] json, Location directory) {
    try {
      JsonObject manifest =
          JsonParser.parseString(new String(json, StandardCharsets.UTF_8)).getAsJsonObject();
      if (member(manifest, "version").getAsInt() != VERSION) {
        throw wrong(directory, "its version is not " + VERSION);
      }
      return files(member(manifest, "files").getAsJsonArray(), directory);
    } catch (JsonParseException
        | IllegalStateException
        | ClassCastException
        | NumberFormatException
        | ArithmeticException
        | UnsupportedOperationException e) {
      // What gson throws for text that is no JSON, and for members of another kind.
      throw wrong(directory, "it is not of the form " + FORM);
    }
  }

  private static List<Artifact> files(JsonArray entries, Location directory) {
    List<Artifact> files = new ArrayList<>();
    Set<String> paths = new HashSet<>();
    for (JsonElement entry : entries) {
      JsonObject file = entry.getAsJsonObject();
      String path = ArtifactPaths.requireSafe(member(file, "path").getAsString(), directory);
      long size = member(file, "size").getAsBigDecimal().longValueExact();
      if (size < 0 || !paths.add(path)) {
        throw wrong(
            directory, "'" + path + "' " + (size < 0 ? "has a negative size" : "is in it twice"));
      }
      String revision = Validator.ofSha256(sha256(file, directory));
      files.add(new Artifact(directory.resolve(path), path, size, revision));
    }
    files.sort(Comparator.comparing(Artifact::path));
    return files;
  }

  private static JsonElement member(JsonObject object, String name) {
    JsonElement member = object.get(name);
    if (member == null) {
      throw new JsonParseException("no " + name);
    }
    return member;
  }

  private static @Nullable String sha256(JsonObject file, Location directory) {
    JsonElement text = file.get("sha256");
    if (text == null || text.isJsonNull()) {
      return null;
    }
    String hex = text.getAsString().toLowerCase(Locale.ROOT);
    if (!hex.matches("[0-9a-f]{64}")) {
      throw wrong(directory, "a sha256 in it is not of 64 hexadecimal digits");
    }
    return hex;
  }

  private static TransferException wrong(Location directory, String found) {
    return new TransferException(Problem.of("use the manifest")
        .on(directory.resolve(NAME))
        .found(found)
        .remedy(
            "make it anew (docs/http-manifest.md), or remove it so that the server's own listing"
                + " counts"));
  }
}
