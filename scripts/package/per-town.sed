# Makes of the server's units those of a town among several, aufruf-server@NAME:
# settings in /etc/aufruf/server-NAME.env, folders of its own, and no look into
# those of the others.
s|^Description=.*|&, %i|
s|^EnvironmentFile=.*|Environment=AUFRUF_DATABASE=sqlite:/var/lib/aufruf@%i/aufruf.db AUFRUF_KEY_FILE=/var/lib/aufruf-key@%i/key AUFRUF_MAIL=dir:/var/lib/aufruf@%i/mail\nEnvironmentFile=/etc/aufruf/server-%i.env|
s|aufruf-backup.timer|aufruf-backup@%i.timer|
s|^After=aufruf-server.service|After=aufruf-server@%i.service|
s|^PartOf=aufruf-server.service|PartOf=aufruf-server@%i.service|
s|^ExecStart=\(.*\) --into /var/lib/aufruf-backup |ExecStart=\1 --into /var/lib/aufruf-backup@%i |
s|^StateDirectory=.* aufruf-backup$|StateDirectory=aufruf@%i aufruf-key@%i aufruf-backup@%i\nTemporaryFileSystem=/var/lib:ro\nBindPaths=/var/lib/aufruf@%i /var/lib/aufruf-key@%i /var/lib/aufruf-backup@%i|
s|^StateDirectory=aufruf aufruf-key$|StateDirectory=aufruf@%i aufruf-key@%i\nTemporaryFileSystem=/var/lib:ro\nBindPaths=/var/lib/aufruf@%i /var/lib/aufruf-key@%i|
s|^LogsDirectory=aufruf$|LogsDirectory=aufruf@%i\nTemporaryFileSystem=/var/log:ro\nBindPaths=/var/log/aufruf@%i|
