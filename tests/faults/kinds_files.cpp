// Faults of files: what an agent's successor finds in its runtime folder, or in its own file.
#include <fmt/format.h>
#include <signal.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "faults/kinds.hpp"

namespace jobflip::faults {
namespace {

namespace fs = std::filesystem;

std::string text_of(const std::string& path) {
  std::ifstream in{path, std::ios::binary};
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

void put(const std::string& path, const std::string& text) {
  std::ofstream{path, std::ios::binary | std::ios::trunc} << text;
}

/// The agent has its files open: only its successor sees what became of them.
bool kill_agent_of(Ground& ground, const std::string& node) {
  const pid_t pid = ground.pid_of(node);
  if (pid <= 1 || ground.workers_of(node).empty()) return false;
  ground.expect_end(node);
  ::kill(pid, SIGKILL);
  return true;
}

Strike nothing_there(const std::string& node) {
  return {node + ": no agent with workers is there", 0, [] {}, false};
}

Strike remove_files(Ground& ground, Rng& rng, const std::vector<std::string>& endings) {
  const std::string node = draw_node(ground, rng);
  if (!kill_agent_of(ground, node)) return nothing_there(node);
  for (const auto& ending : endings) {
    std::error_code ignored;
    fs::remove(ground.runtime_of(node) + "/mail" + ending, ignored);
  }
  return {node, 0, [] {}};
}

Strike remove_page(Ground& ground, Rng& rng) {
  return remove_files(ground, rng, {".lease"});
}

Strike remove_lock(Ground& ground, Rng& rng) {
  return remove_files(ground, rng, {".guard"});
}

Strike remove_page_and_lock(Ground& ground, Rng& rng) {
  return remove_files(ground, rng, {".lease", ".guard"});
}

/// The guard that maps it ends at its next look at it, and takes its workers with it.
Strike cut_page(Ground& ground, Rng& rng) {
  const std::string node = draw_node(ground, rng);
  if (!kill_agent_of(ground, node)) return nothing_there(node);
  std::error_code ignored;
  fs::resize_file(ground.runtime_of(node) + "/mail.lease", 0, ignored);
  return {node, 0, [] {}};
}

Strike replace_events(Ground& ground, Rng& rng) {
  const std::string node = draw_node(ground, rng);
  const std::string path = ground.runtime_of(node) + "/mail.events";
  const int ms = rng.between(1000, 8000);
  if (!kill_agent_of(ground, node)) return nothing_there(node);
  std::error_code ignored;
  fs::remove(path, ignored);
  put(path, "not a FIFO\n");
  return {fmt::format("{} for {:.1f} s", node, ms / 1000.0), ms, [path] {
            std::error_code none;
            if (fs::is_regular_file(path, none)) fs::remove(path, none);
          }};
}

Strike forget_pool(Ground& ground, Rng& rng) {
  const std::string node = draw_node(ground, rng);
  const std::string path = ground.settings_of(node);
  const int ms = rng.between(1000, 8000);
  const std::string before = text_of(path);
  const auto section = before.find("[workers.mail]");
  if (section == std::string::npos || !kill_agent_of(ground, node)) return nothing_there(node);
  put(path, std::string{before}.replace(section, 14, "[workers.post]"));
  return {fmt::format("{} for {:.1f} s", node, ms / 1000.0), ms, [&ground, node, path, before] {
            put(path, before);
            if (const pid_t pid = ground.pid_of(node); pid > 1) {
              ground.expect_end(node);
              ::kill(pid, SIGKILL);
            }
          }};
}

}  // namespace

std::vector<Kind> file_kinds() {
  return {{"page-removed", Touch::process, remove_page},
          {"page-cut", Touch::process, cut_page},
          {"lock-removed", Touch::process, remove_lock},
          {"page-and-lock-removed", Touch::process, remove_page_and_lock},
          {"events-replaced", Touch::process, replace_events},
          {"pool-not-named", Touch::process, forget_pool}};
}

}  // namespace jobflip::faults
