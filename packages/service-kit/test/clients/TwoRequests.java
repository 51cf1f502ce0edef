import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;

/** For each path and content type: a refused upload and then another request with one HttpClient, which keeps its connections. */
class TwoRequests {
  public static void main(String[] args) throws Exception {
    var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    var timeout = Duration.ofSeconds(20);
    var next = HttpRequest.newBuilder(URI.create("http://" + args[0] + "/health/live")).timeout(timeout).build();
    for (var upload : Arrays.asList(args).subList(2, args.length)) {
      var parts = upload.split(" ");
      var body = HttpRequest.BodyPublishers.ofByteArray(new byte[Integer.parseInt(args[1])]);
      var request = HttpRequest.newBuilder(URI.create("http://" + args[0] + parts[0])).header("Content-Type", parts[1]);
      var first = client.send(request.timeout(timeout).POST(body).build(), BodyHandlers.ofString());
      var second = client.send(next, BodyHandlers.ofString());
      System.out.println(parts[0] + " " + first.statusCode() + " " + second.statusCode());
    }
  }
}
