#pragma once
/// What PostgreSQL says, in the words of jobflip: a code, what is wrong, and the mend.

#include <string>
#include <string_view>

#include "jobflip/base/result.hpp"
#include "jobflip/base/time.hpp"

namespace jobflip::store {

struct ServerWords {
  std::string sqlstate;  // "" where there is none
  std::string message;
  std::string detail;
  std::string hint;
};

/// libpq breaks and indents what it has to say, which a log line and a terminal would show escaped.
/// The SQLSTATE that VERBOSE puts before a message is for programs.
std::string in_one_line(std::string_view text);

/// The error of a statement. `what` is the call, such as "take".
Error error_of_statement(std::string_view what, const ServerWords& words);

/// The words in the verbose text of one of the server's errors ("ERROR:  42501: permission ...");
/// where it is none, the whole text is the message.
ServerWords words_of_verbose(std::string_view text);

/// The error of an attempt to connect, from libpq's verbose text ("FATAL:  28P01: password ...").
Error error_of_connecting(std::string_view text);

/// The error where whoever is at `where` takes a connection, or nothing, and does not answer.
Error error_of_silence(std::string_view where, Millis deadline);

/// The schema's version against this program's: an error where they differ.
Result<void> check_schema_version(int installed, int wanted);

/// A server that is too old is an error. `number`: its server_version_num, such as 150018. Older
/// servers lack functions that only some calls need: `init` would succeed and flips would fail.
Result<void> check_server_version(int number);

}  // namespace jobflip::store
