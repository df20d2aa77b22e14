#include "jobflip/capture/process_capture.hpp"

#include <dirent.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <set>
#include <unordered_map>

#include "jobflip/os/bounded_file.hpp"
#include "jobflip/os/process_list.hpp"

namespace jobflip::capture {
namespace {

constexpr std::size_t kMostBytes = 64 * 1024;
constexpr std::size_t kMostTable = 8 << 20;  // of connections: a busy host has ten thousands
constexpr int kDeepest = 8;                  // cgroups below cgroups
constexpr int kMostFiles = 65'536;

class ProcessReader {
 public:
  ProcessReader(const CaptureTarget& at, Instant give_up) : at_{at}, give_up_{give_up} {}
  ProcessCapture take();

 private:
  bool late() const { return BootClock::now() >= give_up_; }
  std::string path(pid_t pid, const char* file) const {
    return at_.proc + "/" + std::to_string(pid) + file;
  }
  bool is_there(pid_t pid) const { return ::access(path(pid, "").c_str(), F_OK) == 0; }
  void miss(const std::string& part, const std::string& why);
  void find_in_cgroup(const std::string& folder, int depth);
  void find_descendants();
  void see(pid_t pid);
  void see_files(SeenProcess& process);
  void see_threads(SeenProcess& process);
  void see_connections();
  void see_table(const std::string& table);

  const CaptureTarget& at_;
  Instant give_up_;
  std::set<pid_t> found_;
  std::unordered_map<std::uint64_t, pid_t> sockets_;
  std::map<std::string, pid_t> networks_;  // name space -> one process of it
  ProcessCapture look_;
};

void ProcessReader::miss(const std::string& part, const std::string& why) {
  const Missing missing{part, why};
  if (std::ranges::find(look_.missing, missing) == look_.missing.end())
    look_.missing.push_back(missing);
}

std::string link_of(const std::string& path) {
  std::array<char, 512> text{};
  const auto length = ::readlink(path.c_str(), text.data(), text.size());
  return length > 0 ? std::string{text.data(), static_cast<std::size_t>(length)} : "";
}

void ProcessReader::find_in_cgroup(const std::string& folder, int depth) {
  const auto text = os::read_bounded(folder + "/cgroup.procs", kMostBytes);
  if (!text && depth == 0) return miss("processes", "the cgroup: " + text.error().text);
  std::string_view rest = text ? std::string_view{*text} : std::string_view{};
  while (!rest.empty()) {
    const auto end = std::min(rest.find('\n'), rest.size());
    const auto pid = os::whole_number<pid_t>(rest.substr(0, end));
    if (pid && *pid > 0) found_.insert(*pid);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (depth >= kDeepest) return;
  const std::unique_ptr<DIR, int (*)(DIR*)> open{::opendir(folder.c_str()), ::closedir};
  while (const dirent* one = open && !late() ? ::readdir(open.get()) : nullptr)
    if (one->d_type == DT_DIR && one->d_name[0] != '.')
      find_in_cgroup(folder + "/" + one->d_name, depth + 1);
}

void ProcessReader::find_descendants() {
  std::multimap<pid_t, pid_t> children;
  const auto read = os::for_each_number(at_.proc, [&](pid_t pid) {
    const auto text = os::read_bounded(path(pid, "/stat"), kMostBytes);
    const auto stat = text ? os::parse_stat(*text) : std::nullopt;
    if (stat) children.emplace(stat->parent, pid);
    return !late();
  });
  if (!read) return miss("processes", at_.proc + ": " + read.error().text);
  std::vector<pid_t> parents{at_.guard};
  while (!parents.empty()) {
    const auto parent = parents.back();
    parents.pop_back();
    const auto [from, to] = children.equal_range(parent);
    for (auto child = from; child != to; ++child) {
      found_.insert(child->second);
      parents.push_back(child->second);
    }
    children.erase(from, to);  // so that it ends, whatever the table says
  }
}

void ProcessReader::see_files(SeenProcess& process) {
  const auto folder = path(process.stat.pid, "/fd");
  int count = 0;
  const auto read = os::for_each_number(folder, [&](int number) {
    const auto link = link_of(folder + "/" + std::to_string(number));
    if (link.empty()) return true;
    ++process.files[os::kind_of_link(link)];
    if (const auto inode = os::socket_inode(link)) sockets_.emplace(*inode, process.stat.pid);
    return ++count < kMostFiles && !late();
  });
  if (read || !is_there(process.stat.pid)) return;
  for (const char* part : {"files", "tcp", "wchan"}) miss(part, read.error().text);
}

void ProcessReader::see_threads(SeenProcess& process) {
  const auto folder = path(process.stat.pid, "/task");
  // one that ends meanwhile has no threads to show
  (void)os::for_each_number(folder, [&](pid_t tid) {
    if (process.threads.size() == kMostThreads) {
      miss("threads", "more than " + std::to_string(kMostThreads) + " of one process");
      return false;
    }
    const auto own = folder + "/" + std::to_string(tid);
    const auto text = os::read_bounded(own + "/stat", kMostBytes);
    const auto stat = text ? os::parse_stat(*text) : std::nullopt;
    if (!stat) return true;
    const auto channel = os::read_bounded(own + "/wchan", kMostBytes);
    process.threads.push_back(
        {tid, stat->state, channel ? os::parse_wait_channel(*channel) : std::string{}});
    return !late();
  });
}

void ProcessReader::see(pid_t pid) {
  const auto text = os::read_bounded(path(pid, "/stat"), kMostBytes);
  auto stat = text ? os::parse_stat(*text) : std::nullopt;
  if (!stat) return;  // gone by now
  SeenProcess process;
  process.stat = std::move(*stat);
  if (process.stat.state != 'Z') {
    const auto channel = os::read_bounded(path(pid, "/wchan"), kMostBytes);
    if (channel) process.wait_channel = os::parse_wait_channel(*channel);
    const auto stack = os::read_bounded(path(pid, "/stack"), kMostBytes);
    if (stack) process.stack = os::parse_stack(*stack, kMostFrames);
    if (!stack && is_there(pid)) miss("stack", stack.error().text);
    see_files(process);
    see_threads(process);
    const auto network = link_of(path(pid, "/ns/net"));
    networks_.emplace(network.empty() ? "of " + std::to_string(pid) : network, pid);
  }
  look_.processes.push_back(std::move(process));
}

void ProcessReader::see_table(const std::string& table) {
  const auto text = os::read_bounded(table, kMostTable);
  if (!text) return;  // tcp6 is not everywhere
  std::string_view rest{*text};
  while (!rest.empty() && !late()) {
    const auto end = std::min(rest.find('\n'), rest.size());
    auto line = os::parse_tcp_line(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const auto owner = line ? sockets_.find(line->inode) : sockets_.end();
    if (owner == sockets_.end()) continue;
    if (look_.connections.size() == kMostConnections)
      return miss("tcp", "more than " + std::to_string(kMostConnections));
    look_.connections.push_back({owner->second, std::move(*line)});
  }
}

void ProcessReader::see_connections() {
  if (sockets_.empty()) return;
  for (const auto& [space, pid] : networks_)
    for (const char* table : {"/net/tcp", "/net/tcp6"}) see_table(path(pid, table));
}

ProcessCapture ProcessReader::take() {
  if (!at_.cgroup.empty()) find_in_cgroup(at_.cgroup, 0);
  if (at_.guard > 0) find_descendants();
  if (at_.cgroup.empty() && at_.guard <= 0) miss("processes", "no guard has started any");
  found_.erase(at_.guard);
  found_.erase(at_.not_this);
  std::size_t seen = 0;
  for (const pid_t pid : found_) {
    if (late() || seen == kMostProcesses) {
      miss("processes", "of " + std::to_string(found_.size()) + " only the first " +
                            std::to_string(seen) + (late() ? " in the time" : ""));
      break;
    }
    see(pid);
    ++seen;
  }
  see_connections();
  if (late()) miss("tcp", "the time was up");
  return std::move(look_);
}

}  // namespace

ProcessCapture look_at(const CaptureTarget& at, Instant give_up) {
  return ProcessReader{at, give_up}.take();
}

}  // namespace jobflip::capture
