/** A store on SFTP servers, as an example of one that is not the project's own. */
@NullMarked
package com.example.sftp;

import org.jspecify.annotations.NullMarked;
