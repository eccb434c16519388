import io.github.fuseml.ovms.api.CopyRequest;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.api.TransferSettings;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.Map;

/**
 * A running JVM with the library, for benchmarks/transfer.py: each line of the standard input names a
 * source and a target, and is answered with the seconds that copying took. The argument tells whether
 * files are forced to the disk.
 */
public final class TransferBenchmark {
  public static void main(String[] arguments) throws Exception {
    StoreSettings s3 = StoreSettings.of(Map.of(
        "endpoint", System.getenv("S3_ENDPOINT"),
        "accessKeyId", System.getenv("AWS_ACCESS_KEY_ID"),
        "secretAccessKey", System.getenv("AWS_SECRET_ACCESS_KEY")));
    TransferSettings transfer =
        TransferSettings.builder().durable(Boolean.parseBoolean(arguments[0])).build();
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
    try (OvmsConverter converter = OvmsConverter.builder().discover().transfer(transfer).build()) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] words = line.split(" ");
        CopyRequest.Builder request =
            CopyRequest.builder().source(words[0]).target(words[1]).replace(true);
        if (words[0].startsWith("s3:")) {
          request.inputSettings(s3);
        } else {
          request.outputSettings(s3);
        }
        long start = System.nanoTime();
        converter.copy(request.build());
        System.out.println((System.nanoTime() - start) / 1e9);
      }
    }
  }
}
