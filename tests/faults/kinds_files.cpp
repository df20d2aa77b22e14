// Faults of files: damage that the next agent finds in its runtime folder or in its own file.
#include <fmt/format.h>
#include <signal.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "demo/settings_text.hpp"
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

/// The agent keeps its files open: only its successor sees the damage.
bool kill_agent_of(TestCluster& cluster, const std::string& node) {
  const pid_t pid = cluster.pid_of(node);
  if (pid <= 1 || cluster.workers_of(node).empty()) return false;
  cluster.expect_end(node);
  ::kill(pid, SIGKILL);
  return true;
}

Strike nothing_there(const std::string& node) {
  return {node + ": no agent with workers is running", 0, [] {}, false};
}

Strike remove_files(TestCluster& cluster, Rng& rng, const std::vector<std::string>& endings) {
  const std::string node = draw_node(cluster, rng);
  if (!kill_agent_of(cluster, node)) return nothing_there(node);
  for (const auto& ending : endings) {
    std::error_code ignored;
    fs::remove(cluster.runtime_of(node) + "/mail" + ending, ignored);
  }
  return {node, 0, [] {}};
}

Strike remove_page(TestCluster& cluster, Rng& rng) {
  return remove_files(cluster, rng, {".lease"});
}

Strike remove_lock(TestCluster& cluster, Rng& rng) {
  return remove_files(cluster, rng, {".guard"});
}

Strike remove_page_and_lock(TestCluster& cluster, Rng& rng) {
  return remove_files(cluster, rng, {".lease", ".guard"});
}

/// The guard that maps the page ends the next time it reads it, and takes its workers with it.
Strike cut_page(TestCluster& cluster, Rng& rng) {
  const std::string node = draw_node(cluster, rng);
  if (!kill_agent_of(cluster, node)) return nothing_there(node);
  std::error_code ignored;
  fs::resize_file(cluster.runtime_of(node) + "/mail.lease", 0, ignored);
  return {node, 0, [] {}};
}

Strike replace_events(TestCluster& cluster, Rng& rng) {
  const std::string node = draw_node(cluster, rng);
  const std::string path = cluster.runtime_of(node) + "/mail.events";
  const int ms = rng.between(1000, 8000);
  if (!kill_agent_of(cluster, node)) return nothing_there(node);
  std::error_code ignored;
  fs::remove(path, ignored);
  put(path, "not a FIFO\n");
  return {fmt::format("{} for {:.1f} s", node, ms / 1000.0), ms, [path] {
            std::error_code none;
            if (fs::is_regular_file(path, none)) fs::remove(path, none);
          }};
}

/// The agent's file is replaced for a while. The agent is killed when that begins and when it
/// ends.
Strike edit_settings(TestCluster& cluster, Rng& rng,
                     const std::function<std::string(std::string)>& edit) {
  const std::string node = draw_node(cluster, rng);
  const std::string path = cluster.settings_of(node);
  const int ms = rng.between(1000, 8000);
  const std::string before = text_of(path);
  const std::string after = edit(before);
  if (after == before || !kill_agent_of(cluster, node)) return nothing_there(node);
  put(path, after);
  return {fmt::format("{} for {:.1f} s", node, ms / 1000.0), ms, [&cluster, node, path, before] {
            put(path, before);
            if (const pid_t pid = cluster.pid_of(node); pid > 1) {
              cluster.expect_end(node);
              ::kill(pid, SIGKILL);
            }
          }};
}

std::string with(std::string text, const std::string& what, const std::string& instead) {
  const auto at = text.find(what);
  return at == std::string::npos ? text : text.replace(at, what.size(), instead);
}

Strike forget_pool(TestCluster& cluster, Rng& rng) {
  return edit_settings(cluster, rng, [](std::string text) {
    return with(std::move(text), "[workers.mail]", "[workers.post]");
  });
}

Strike add_pool(TestCluster& cluster, Rng& rng) {
  return edit_settings(cluster, rng, [](const std::string& text) {
    return text + "[workers.spare]\ndriver = \"command\"\ncommand = [\"/bin/sleep\", \"1000\"]\n" +
           demo::worker_user_line();
  });
}

/// Processes that already run use the earlier file.
Strike change_worker(TestCluster& cluster, Rng& rng) {
  return edit_settings(cluster, rng, [](std::string text) {
    return with(std::move(text), "environment = { ", "environment = { CHANGED = \"1\", ");
  });
}

constexpr const char* kNotIt = "not what was here\n";

/// Puts something else in place of a file. The original is moved aside, so that a link can lead to
/// it.
struct Replacement {
  void (*make)(const std::string& path, const std::string& moved);
  bool (*is_ours)(const std::string& path);
};

/// One of the runtime files is replaced for a while. An agent may then refuse to start.
Strike replace_file(TestCluster& cluster, Rng& rng, const Replacement& by) {
  const std::string node = draw_node(cluster, rng);
  const std::vector<std::string> files{"mail.lease",
                                       "mail.guard",
                                       "mail.events",
                                       "mail.orders",
                                       "agent-" + node + ".instance",
                                       "agent-" + node + ".lock",
                                       "agent-" + node + ".seen"};
  const std::string& file = rng.pick(files);
  const std::string path = cluster.runtime_of(node) + "/" + file;
  const int ms = rng.between(1000, 8000);
  if (!kill_agent_of(cluster, node)) return nothing_there(node);
  cluster.let_refuse(node);
  std::error_code ignored;
  const std::string moved = path + ".moved";
  fs::rename(path, moved, ignored);
  by.make(path, moved);
  return {fmt::format("{} {} for {:.1f} s", node, file, ms / 1000.0), ms,
          [&cluster, node, path, moved, by] {
            std::error_code none;
            if (by.is_ours(path)) fs::remove_all(path, none);
            fs::remove(moved, none);
            cluster.must_serve(node);
          }};
}

Strike remove_file(TestCluster& cluster, Rng& rng) {
  return replace_file(
      cluster, rng,
      {[](const std::string&, const std::string&) {}, [](const std::string&) { return false; }});
}

Strike plain_file(TestCluster& cluster, Rng& rng) {
  return replace_file(cluster, rng,
                      {[](const std::string& path, const std::string&) { put(path, kNotIt); },
                       [](const std::string& path) {
                         std::error_code none;
                         return fs::is_regular_file(path, none) && text_of(path) == kNotIt;
                       }});
}

Strike folder(TestCluster& cluster, Rng& rng) {
  return replace_file(cluster, rng,
                      {[](const std::string& path, const std::string&) {
                         std::error_code none;
                         fs::create_directory(path, none);
                       },
                       [](const std::string& path) {
                         std::error_code none;
                         return fs::is_directory(path, none);
                       }});
}

Strike symbolic_link(TestCluster& cluster, Rng& rng) {
  return replace_file(cluster, rng,
                      {[](const std::string& path, const std::string& moved) {
                         std::error_code none;
                         fs::create_symlink(moved, path, none);
                       },
                       [](const std::string& path) {
                         std::error_code none;
                         return fs::is_symlink(path, none);
                       }});
}

}  // namespace

std::vector<Kind> file_kinds() {
  return {{"page-removed", Touch::process, remove_page},
          {"page-cut", Touch::process, cut_page},
          {"lock-removed", Touch::process, remove_lock},
          {"page-and-lock-removed", Touch::process, remove_page_and_lock},
          {"events-replaced", Touch::process, replace_events},
          {"pool-not-named", Touch::process, forget_pool},
          {"pool-added", Touch::process, add_pool},
          {"worker-changed", Touch::process, change_worker},
          {"file-removed", Touch::process, remove_file},
          {"file-plain", Touch::process, plain_file},
          {"file-folder", Touch::process, folder},
          {"file-link", Touch::process, symbolic_link}};
}

}  // namespace jobflip::faults
