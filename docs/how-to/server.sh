#!/bin/sh
# From an empty Debian to https://. As root:
#   sh server.sh news.example "The Lamp" ada@news.example "Ada Brook" masthead-0.1.0-py3-none-any.whl
set -eu
HOST=$1 NAME=$2 EMAIL=$3 EDITOR=$4 PACKAGE=$5

# 1. What Debian brings.
apt-get update
apt-get install --yes python3-venv ffmpeg caddy curl

# 2. A user that owns the newsroom, and nothing else.
adduser --system --group --no-create-home --home /srv/news news
install --directory --owner=news --group=news --mode=0750 /srv/news

# 3. The program, which root owns.
python3 -m venv /opt/masthead
/opt/masthead/bin/pip install "$PACKAGE"

# 4. The newsroom. Note the password: it is shown once.
runuser -u news -- /opt/masthead/bin/masthead init /srv/news/home \
    --address="https://$HOST" --name="$NAME" --email="$EMAIL" --editor="$EDITOR"

# 5. Forwarded headers are believed from this machine alone: Caddy stands here.
sed -i 's/^trusted_proxies = .*/trusted_proxies = ["127.0.0.1"]/' /srv/news/home/masthead.toml

# 6. systemd keeps it running, locked in.
export MASTHEAD_HOME=/srv/news/home
/opt/masthead/bin/masthead systemd > /etc/systemd/system/masthead.service
systemctl daemon-reload
systemctl enable --now masthead

# 7. Caddy gets the certificate and renews it. While the newsroom restarts, readers wait.
cat > /etc/caddy/Caddyfile <<CADDY
$HOST {
    reverse_proxy 127.0.0.1:8000 {
        lb_try_duration 20s
    }
}
CADDY
systemctl reload-or-restart caddy

# 8. Is it well?
until curl --fail --silent --output /dev/null http://127.0.0.1:8000/readyz; do sleep 1; done
runuser -u news -- env MASTHEAD_HOME=/srv/news/home /opt/masthead/bin/masthead doctor
