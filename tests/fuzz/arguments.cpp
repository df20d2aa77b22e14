/// The command line itself: words separated by line breaks; what a user types on stdin follows the
/// first empty line. Whatever the input, the result must be one of the exit codes, errors must be
/// printed on stderr, and only a call that passed every check may reach a store that changes
/// something.

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>

#include "fuzz/input.hpp"
#include "fuzz/must.hpp"
#include "fuzz/small_world.hpp"
#include "fuzz/terminal.hpp"

namespace jobflip::fuzz {
namespace {

/// This would open a path: the target stays in its own world.
bool is_of_the_world(const std::string& word) {
  return word.find_first_of(std::string_view{"/\0", 2}) == std::string::npos &&
         word.find("--output") == std::string::npos && word.find("--file") == std::string::npos;
}

/// The agent's file of a host whose workers are the unit mail.service. It exists for the whole
/// run.
std::string agent_file() {
  constexpr std::string_view kText =
      "node = \"job1\"\n[store]\nconninfo = \"host=db\"\n"
      "[workers.mail]\ndriver = \"systemd\"\nunit = \"mail.service\"\n";
  const int file = ::memfd_create("agent.toml", 0);
  MUST(file >= 0 && ::write(file, kText.data(), kText.size()) == std::ssize(kText));
  return "/proc/self/fd/" + std::to_string(file);
}

/// Commands that read the agent's file read ours, and nothing of this machine.
void give_agent_file(std::vector<std::string>& words) {
  static const auto path = agent_file();
  if (words.empty() || (words.front() != "doctor" && words.front() != "adopt")) return;
  words.insert(words.begin() + 1, {"--config", path});
}

cli::Script script() {
  cli::Script out;
  core::PoolView pool;
  pool.settings.name = PoolName::of("mail");
  pool.owner = {Epoch{4}, core::OwnerState::held, NodeName::of("job1"), Millis{500}, {}};
  for (const auto* node : {"job1", "job2"}) {
    core::CandidateView candidate;
    candidate.node = NodeName::of(node);
    candidate.beat_age = Millis{500};
    candidate.ready = true;
    pool.candidates.push_back(candidate);
  }
  out.snapshot.pools.push_back(pool);
  return out;
}

void check(const Ran& ran, const cli::Script& script) {
  MUST(ran.code >= 0 && ran.code <= 8);
  if (ran.code != 0) MUST(!ran.err.empty());
  if (ran.code == 2) MUST(script.flip_requests.empty() && !script.applied);
  auto out = without_colours(ran.out);
  for (auto at = out.find("\x1b[H\x1b[2J"); at != out.npos; at = out.find("\x1b[H\x1b[2J"))
    out.erase(at, 7);  // --watch clears the screen itself
  MUST(why_not_shown(out, Tabs::yes).empty());
  MUST(why_not_shown(without_colours(ran.err)).empty());
  for (const auto& request : script.flip_requests) {
    MUST(request.pool.str() == "mail");
    MUST(why_not_shown(request.by.claimed_name, Tabs::yes).empty() ||
         !request.by.claimed_name.empty());
    MUST(!request.reason.empty() && request.reason.size() <= 2000);
    MUST(request.reason.find('\0') == std::string::npos);
  }
}

}  // namespace
}  // namespace jobflip::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace jobflip::fuzz;
  Input input{data, size};
  const bool terminal = input.flag();
  std::vector<std::string> words;
  while (!input.empty()) {
    auto word = input.text_up_to('\n');
    if (word.empty()) break;
    if (!is_of_the_world(word)) return 0;
    // their file is read before anything else: see the target config
    if (word == "apply" || word == "logins" || word == "config") return 0;
    words.push_back(std::move(word));
  }
  give_agent_file(words);
  auto world = script();
  const auto ran = run_program(world, words, std::string{input.rest()}, terminal);
  check(ran, world);
  return 0;
}
