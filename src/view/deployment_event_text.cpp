#include "view/deployment_event_text.hpp"

namespace jobflip::view {
namespace {

std::string deployment_of(const ReadEvent& e) {
  const auto number = count_of(e.payload, "deployment");
  const auto version = e.text("version");
  return (number ? fmt::format("deployment {}", *number) : std::string{"a deployment"}) +
         (version.empty() ? "" : " of version " + version);
}

/// If nobody gave a reason, the program or the store repeats what is deployed.
std::string with_reason(const std::string& what, const ReadEvent& e) {
  const bool repeats =
      e.reason() == "version " + e.text("version") || e.reason() == deployment_of(e);
  return repeats ? what : because(what, e);
}

}  // namespace

std::string deployment_started_text(const ReadEvent& e) {
  return with_reason(deployment_of(e) + " begins", e);
}

std::string deployment_flip_text(const ReadEvent& e) {
  return with_reason(
      fmt::format("{} is {} of {}", e.flip(), e.flag("back") ? "the flip back" : "the planned flip",
                  deployment_of(e)),
      e);
}

std::string deployment_done_text(const ReadEvent& e) {
  return with_reason(deployment_of(e) + " is done", e);
}

std::string deployment_rolled_back_text(const ReadEvent& e) {
  const auto rule = e.text("flip_rule");
  const auto how = e.event.flip    ? ", with " + e.flip()
                   : !rule.empty() ? ", and rule " + rule + " forbids the flip back"
                                   : std::string{};
  return because(deployment_of(e) + " is rolled back" + how, e);
}

std::string deployment_expired_text(const ReadEvent& e) {
  return because(deployment_of(e) + " has expired", e);
}

}  // namespace jobflip::view
