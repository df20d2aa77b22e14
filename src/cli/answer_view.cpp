#include "cli/answer_view.hpp"

#include <fmt/format.h>

#include <ostream>

#include "jobflip/base/escape.hpp"

namespace jobflip::cli {

ExitCode show_answer(Session& session, const Result<core::OperatorAnswer>& answer,
                     std::string_view done, std::string_view refused,
                     const nlohmann::ordered_json& more, std::string_view look) {
  if (!answer) return session.fail_change(answer.error(), look);
  if (session.format() == Format::json) {
    nlohmann::ordered_json out{{"schema", 1},
                               {"accepted", answer->accepted},
                               {"changed", answer->changed},
                               {"rule", answer->rule},
                               {"sentence", answer->sentence}};
    out.update(more);
    session.print(out);
  }
  if (!answer->accepted) {
    return session.error(
        ExitCode::refused,
        refused.empty() ? fmt::format("refused: {}", answer->rule) : std::string{refused},
        answer->sentence);
  }
  if (session.format() == Format::json) return ExitCode::done;
  if (!answer->changed) {
    session.notice(answer->sentence.empty() ? "already in that state: nothing changed"
                                            : answer->sentence);
  } else {
    // the store's sentence has the length of a pause in plain seconds
    session.out() << printable(done) << '\n';
  }
  return ExitCode::done;
}

}  // namespace jobflip::cli
