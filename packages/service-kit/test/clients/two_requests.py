"""For each path and content type: a refused upload and another request over one connection (http.client), and the upload by urllib."""
import http.client
import sys
import urllib.error
import urllib.request

host, size, uploads = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
body = b"x" * size


def by_urllib(url, headers):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=20) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


for upload in uploads:
    path, content_type = upload.split(" ")
    headers = {"Content-Type": content_type}
    connection = http.client.HTTPConnection(host, timeout=20)
    connection.request("POST", path, body, headers)
    first = connection.getresponse()
    first.read()
    connection.request("GET", "/health/live")
    second = connection.getresponse()
    second.read()
    connection.close()
    print(path, first.status, second.status, by_urllib(f"http://{host}{path}", headers))
