#pragma once
/// Turns an error of PostgreSQL into one of jobflip: a code, what is wrong, and the fix. The caller
/// passes in the meanings of the SQLSTATEs that only its schema uses.

#include <span>
#include <string>
#include <string_view>

#include "jobflip/base/result.hpp"
#include "jobflip/base/time.hpp"

namespace jobflip::pg {

/// What an SQLSTATE means, and the fix if there is one.
struct Meaning {
  std::string_view sqlstate;  // a whole one, or how it begins: "28" is its class
  ErrorCode code;
  std::string_view hint;
};

struct ServerWords {
  std::string sqlstate;  // "" if there is none
  std::string message;
  std::string detail;
  std::string hint;
};

/// libpq breaks and indents what it has to say, which a log line and a terminal would show escaped.
/// The SQLSTATE that VERBOSE puts before a message is for programs.
std::string in_one_line(std::string_view text);

/// The error of a statement. `what` is the call, such as "take". The first meaning that fits
/// counts, and the caller's own come first.
Error error_of_statement(std::string_view what, const ServerWords& words,
                         std::span<const Meaning> own);

/// The words in the verbose text of one of the server's errors ("ERROR:  42501: permission ...");
/// if the text is not of this form, all of it is the message.
ServerWords words_of_verbose(std::string_view text);

/// The error of an attempt to connect, from libpq's verbose text ("FATAL:  28P01: password ...").
Error error_of_connecting(std::string_view text, std::span<const Meaning> own);

/// The error if whatever listens at `where` does not answer, whether it accepts the connection or
/// not.
Error error_of_silence(std::string_view where, Millis deadline);

}  // namespace jobflip::pg
