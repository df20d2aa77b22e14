#include "faults/netspace.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <stdexcept>

#include "demo/command.hpp"

namespace jobflip::faults {
namespace {

namespace fs = std::filesystem;
constexpr const char* kSpaces = "/run/netns/";
constexpr const char* kIp = "/usr/sbin/ip";
constexpr const char* kNft = "/usr/sbin/nft";
const std::string kOurs = "jobflip-faults-";
constexpr Millis kDeadline{10'000};

void run(std::vector<std::string> argv) {
  host::SpawnSettings spawn;
  spawn.argv = std::move(argv);
  const std::string scratch = fmt::format("/tmp/{}{}.out", kOurs, getpid());
  const auto ran = demo::output_of(spawn, scratch, kDeadline);
  if (!ran) throw std::runtime_error(ran.error().text);
}

void ip(const std::string& words) {
  std::vector<std::string> argv{kIp};
  for (std::size_t begin = 0; begin <= words.size();) {
    const auto end = std::min(words.find(' ', begin), words.size());
    argv.push_back(words.substr(begin, end - begin));
    begin = end + 1;
  }
  run(std::move(argv));
}

// Names contain the pid of the run that made them. That run is dead and could not clean up.
void remove_left_behind() {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(kSpaces, error)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(kOurs)) continue;
    const auto pid = static_cast<pid_t>(std::atol(name.c_str() + kOurs.size()));
    if (pid > 1 && ::kill(pid, 0) != 0) ip("netns del " + name);
  }
}

}  // namespace

InNetspace::InNetspace(const std::string& name) {
  if (name.empty()) return;
  before_ = ::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
  const int wanted = ::open((kSpaces + name).c_str(), O_RDONLY | O_CLOEXEC);
  const bool entered = before_ >= 0 && wanted >= 0 && ::setns(wanted, CLONE_NEWNET) == 0;
  const int why = errno;
  if (wanted >= 0) ::close(wanted);
  if (entered) return;
  if (before_ >= 0) ::close(before_);
  throw std::runtime_error("namespace " + name + ": " + std::strerror(why));
}

InNetspace::~InNetspace() {
  if (before_ < 0) return;
  // A thread that stays in the wrong network would invalidate the rest of the run.
  if (::setns(before_, CLONE_NEWNET) != 0) std::abort();
  ::close(before_);
}

const char* describe(Cut cut) {
  switch (cut) {
    case Cut::both:
      return "both ways";
    case Cut::incoming:
      return "incoming";
    case Cut::outgoing:
      return "outgoing";
  }
  return "?";
}

std::string Network::unavailable() {
  if (::geteuid() != 0) return "not root, and network namespaces need root";
  for (const char* program : {kIp, kNft})
    if (::access(program, X_OK) != 0) return std::string{program} + " is missing: scripts/setup";
  try {
    const std::string probe = kOurs + std::to_string(getpid()) + "-probe";
    ip("netns add " + probe);
    ip("netns del " + probe);
  } catch (const std::runtime_error& error) {
    return std::string{"network namespaces do not work here: "} + error.what();
  }
  return "";
}

Network::Network(const std::vector<std::string>& nodes)
    : prefix_{kOurs + std::to_string(getpid()) + "-"} {
  remove_left_behind();
  make(hub());
  {
    const InNetspace in(hub());
    ip("link set lo up");
    ip("link add br0 type bridge");
    ip("addr add " + hub_address() + "/24 dev br0");
    ip("link set br0 up");
  }
  int host = 10;
  for (const auto& node : nodes) {
    const std::string space = space_of(node);
    make(space);
    {
      const InNetspace in(hub());
      ip(fmt::format("link add {0} type veth peer name eth0 netns {1}", node, space));
      ip(fmt::format("link set {} master br0 up", node));
    }
    const InNetspace in(space);
    ip("link set lo up");
    ip(fmt::format("addr add 10.97.0.{}/24 dev eth0", ++host));
    ip("link set eth0 up");
  }
}

void Network::make(const std::string& space) {
  ip("netns add " + space);
  made_.push_back(space);
}

Network::~Network() {
  for (const auto& space : made_) {
    try {
      ip("netns del " + space);
    } catch (const std::runtime_error& error) {
      fmt::print(stderr, "{}\n", error.what());
    }
  }
}

void Network::cut(const std::string& node, Cut how) const {
  const InNetspace in(space_of(node));
  run({kNft, "add table inet cut"});
  const auto drop = [](const char* hook) {
    run({kNft, fmt::format("add chain inet cut {0} {{ type filter hook {0} priority 0; policy "
                           "drop; }}",
                           hook)});
  };
  if (how != Cut::outgoing) drop("input");
  if (how != Cut::incoming) drop("output");
}

void Network::heal(const std::string& node) const {
  const InNetspace in(space_of(node));
  run({kNft, "flush ruleset"});  // the namespace is only ours
}

}  // namespace jobflip::faults
