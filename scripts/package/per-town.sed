# Makes of the server's unit the one of a town among several, aufruf-server@NAME:
# settings in /etc/aufruf/server-NAME.env, folders of its own, and no look into
# those of the others.
s|^Description=.*|&, %i|
s|^EnvironmentFile=.*|Environment=AUFRUF_DATABASE=sqlite:/var/lib/aufruf@%i/aufruf.db AUFRUF_KEY_FILE=/var/lib/aufruf-key@%i/key AUFRUF_MAIL=dir:/var/lib/aufruf@%i/mail\nEnvironmentFile=/etc/aufruf/server-%i.env|
s|^StateDirectory=.*|StateDirectory=aufruf@%i aufruf-key@%i\nTemporaryFileSystem=/var/lib:ro\nBindPaths=/var/lib/aufruf@%i /var/lib/aufruf-key@%i|
