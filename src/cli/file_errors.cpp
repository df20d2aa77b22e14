/// The faults of a file, all of them at once.

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/session.hpp"
#include "jobflip/view/json_text.hpp"
#include "jobflip/view/json_view.hpp"

namespace jobflip::cli {

ExitCode show_errors(Session& session, const config::ConfigErrors& errors) {
  constexpr std::size_t kMostShown = 50;
  const auto count = errors.errors.size();
  if (session.format() == Format::json) {
    auto document = view::error_json(to_int(ExitCode::usage), name_of(ExitCode::usage),
                                     "the file is wrong; nothing was changed", "", "");
    auto& list = document["error"]["errors"] = view::Json::array();
    for (std::size_t i = 0; i < std::min(count, kMostShown); ++i)
      list.push_back(view::Json{{"text", to_text(errors.errors[i])},
                                {"hint", view::text_json(errors.errors[i].hint)}});
    session.print(document);
  }
  for (std::size_t i = 0; i < std::min(count, kMostShown); ++i)
    session.error(ExitCode::usage, to_text(errors.errors[i]), "", errors.errors[i].hint);
  if (count > kMostShown)
    session.notice(fmt::format("the first {} of {} faults are shown", kMostShown, count));
  const auto file = errors.errors.empty() ? std::string{} : errors.errors.front().file;
  session.notice(
      fmt::format("{} fault{} in {}; nothing was changed", count, count == 1 ? "" : "s", file));
  return ExitCode::usage;
}

}  // namespace jobflip::cli
