import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8000", 200),
        ("LOCALHOST:8000", 200),
        ("localhost:8001", 302),
        ("127.0.0.1:8000", 302),
        ("[::1]:8000", 302),
        ("localhost.:8000", 421),
        ("evil.example", 421),
        ("localhost:99999", 400),
        ("[::::]", 400),
        ("evil.example@localhost:8000", 400),
        ("localhost:8000, evil.example", 400),
    ],
)
def test_a_host_is_a_newsrooms_or_refused(client, host, status):
    response = client.get("/", HTTP_HOST=host)

    assert response.status_code == status
    assert response.headers.get("Location", "http://localhost:8000/") == "http://localhost:8000/"
