/// What the programs of one machine pass to each other: the lease page, the guard's command line,
/// the state file of the runtime folder, the facts of a unit, the service manager's variables, and
/// the environment of a worker. The first byte chooses. A nonsensical page must not delay the end:
/// if its times can't be added, the end is due now and nothing starts.

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>

#include "fuzz/input.hpp"
#include "fuzz/must.hpp"
#include "fuzz/terminal.hpp"
#include "guard/arguments.hpp"
#include "guard/service_manager.hpp"
#include "host/unit_check.hpp"
#include "host/worker_sentence.hpp"
#include "jobflip/core/seen_of_store.hpp"
#include "jobflip/guard/fence_plan.hpp"
#include "jobflip/guard/lease_page.hpp"
#include "jobflip/host/runtime_dir.hpp"
#include "jobflip/worker/lease.hpp"

namespace jobflip::fuzz {
namespace {

/// A folder in memory that exists as long as the process.
const std::string& own_folder() {
  struct Folder {
    Folder() { MUST(::mkdtemp(path.data()) != nullptr); }
    ~Folder() { std::filesystem::remove_all(path); }
    std::string path{"/dev/shm/jobflip-fuzz-XXXXXX"};
  };
  static const Folder folder;
  return folder.path;
}

void write_file(const std::string& path, std::string_view bytes) {
  std::ofstream{path, std::ios::binary | std::ios::trunc} << bytes;
}

void try_page(Input input) {
  const auto page = std::make_unique<guard::LeasePage>();
  for (auto* word :
       {&page->graceful_stop, &page->kill_to_empty, &page->guard_margin, &page->epoch,
        &page->deadline, &page->stop_by, &page->number, &page->guard_pid, &page->worker_pid,
        &page->wait_status, &page->started_at, &page->ended_at, &page->leftovers})
    word->store(input.number());
  page->cause.store(static_cast<std::uint64_t>(input.number()));
  const auto phase = static_cast<guard::GuardPhase>(input.byte() % 9);
  const auto plan = guard::fence_plan(*page);
  const auto deadline = page->deadline.load();
  const auto now = input.number(0, INT64_MAX);
  const bool sane = page->graceful_stop.load() >= 0 && page->kill_to_empty.load() >= 0 &&
                    page->guard_margin.load() >= 0;
  if (sane) {
    MUST(plan.kill_at <= deadline && (plan.term_at <= plan.kill_at || plan.term_at == 0));
    MUST(guard::least_left(*page) >= page->graceful_stop.load());
    // who may start has the time to end in order
    if (page->stop_by.load() == 0 && guard::left_of(*page, now) >= guard::least_left(*page))
      MUST(plan.term_at >= now && deadline >= now);
  }
  MUST(why_not_shown(host::sentence_of(*page, phase)).empty());
  std::string path{input.rest().substr(0, guard::LeasePage::kCgroupBytes - 1)};
  path = path.substr(0, path.find('\0'));
  guard::store_cgroup(*page, path);
  MUST(guard::load_cgroup(*page) == path);
  const guard::Mark boot{1, 2};
  guard::lay_out(*page, boot);
  MUST(guard::is_of_this_boot(*page, boot) && !guard::is_of_this_boot(*page, {2, 1}));
  MUST(guard::load_cgroup(*page).empty() && page->go.load() == 0);
}

void try_page_file(std::string_view bytes) {
  const auto path = own_folder() + "/mail.lease";
  write_file(path, bytes);
  const auto page = guard::MappedPage::open(path, false);
  MUST(page.has_value() == (bytes.size() == 4096));
  if (!page) return;
  MUST(!guard::is_of_this_boot(**page, guard::Mark{1, 2}) || bytes.starts_with("1pilfboj"));
  MUST(guard::load_cgroup(**page).size() <= guard::LeasePage::kCgroupBytes);
}

void try_guard_arguments(Input input) {
  auto words = input.texts_between('\n');
  words.insert(words.begin(), "jobflip-guard");
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  const auto read = guard::parse_arguments(static_cast<int>(argv.size()), argv.data());
  if (!read) {
    MUST(read.error().code == ErrorCode::usage && !read.error().hint.empty());
    MUST(why_not_shown(read.error().text).empty());
    return;
  }
  MUST(read->page.ends_with(".lease") && read->agent >= 0);
  MUST(why_not_a_name(read->pool).empty() && why_not_a_name(read->node).empty());
  MUST(!read->command.empty() && read->command[0].starts_with('/'));
  std::vector<std::string> again{"g",        "--page", read->page, "--pool",
                                 read->pool, "--node", read->node};
  if (read->agent > 0) again.insert(again.end(), {"--agent", std::to_string(read->agent)});
  if (!read->use_cgroup) again.emplace_back("--no-cgroup");
  again.emplace_back("--");
  again.insert(again.end(), read->command.begin(), read->command.end());
  argv.clear();
  for (auto& word : again) argv.push_back(word.data());
  const auto once_more = guard::parse_arguments(static_cast<int>(argv.size()), argv.data());
  MUST(once_more.has_value() && once_more->command == read->command &&
       once_more->agent == read->agent && once_more->use_cgroup == read->use_cgroup);
}

void try_state_file(std::string_view bytes) {
  const auto node = NodeName::of("job1");
  if (const auto seen = core::parse_seen(bytes)) MUST(core::text_of(*seen) == bytes);
  const auto path = own_folder() + "/agent-job1.instance";
  write_file(path, bytes);
  std::string first;
  for (int i = 0; i < 2; ++i) {
    const auto folder = host::open_runtime_dir(own_folder(), node);
    MUST(folder.has_value());
    const auto& text = folder->instance().text;
    MUST(text.size() == 36 && text.find_first_not_of("0123456789abcdef-") == std::string::npos);
    if (i == 0) first = text;
    MUST(text == first);  // an agent that opens it again is the same instance
  }
}

void try_unit(Input input) {
  host::UnitFacts facts;
  facts.load_state = input.flag() ? "loaded" : input.text_up_to('\n');
  facts.type = input.flag() ? "notify" : input.text_up_to('\n');
  facts.kill_mode = input.flag() ? "mixed" : input.text_up_to('\n');
  facts.send_sigkill = input.flag();
  facts.delegate = input.flag();
  host::UnitCommand command;
  command.path = input.flag() ? "/usr/bin/jobflip" : input.text_up_to('\n');
  command.argv = input.texts_between('\n');
  facts.exec_start.push_back(command);
  const host::WantedUnit wanted{"w.service", PoolName::of("mail"), NodeName::of("job1"), "/run/p"};
  const auto holds = host::check_unit(facts, wanted);
  if (holds) {
    MUST(facts.kill_mode == "mixed" && facts.send_sigkill && facts.delegate);
    MUST(std::count(command.argv.begin(), command.argv.end(), "/run/p") > 0);
  } else {
    MUST(holds.error().code == ErrorCode::refused && !holds.error().hint.empty());
    MUST(why_not_shown(holds.error().text).empty());
  }
  const auto name = input.text();
  if (host::check_unit_name(command.path)) MUST(why_not_shown(command.path).empty());
}

/// A socket that listens like the service manager's.
const std::string& manager_address() {
  static const std::string address = [] {
    const std::string name = "@jobflip-fuzz-" + std::to_string(::getpid());
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    std::memcpy(where.sun_path + 1, name.data() + 1, name.size() - 1);
    const int listener = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    MUST(::bind(listener, reinterpret_cast<const sockaddr*>(&where), length) == 0);
    return name;
  }();
  return address;
}

void try_service_manager(Input input) {
  const auto interval = input.text_up_to('\n');
  const auto process = input.text_up_to('\n');
  const std::string address{input.rest()};
  const auto set = [](const char* name, const std::string& value) {
    ::setenv(name, value.c_str(), 1);
  };
  set("WATCHDOG_USEC", interval);
  set("WATCHDOG_PID", process);
  // An address from the input only if nobody can listen on it.
  set("NOTIFY_SOCKET", address.empty() ? manager_address() : own_folder() + "/" + address);
  guard::ServiceManager manager;
  manager.connect();
  const std::int64_t now = 1'000'000'000;
  manager.keep_alive(now);
  MUST(manager.next_due() > now);
  for (const auto* name : {"WATCHDOG_USEC", "WATCHDOG_PID", "NOTIFY_SOCKET"}) ::unsetenv(name);
}

void try_worker(Input input) {
  const auto pool = input.text_up_to('\n');
  const auto node = input.text_up_to('\n');
  const std::string epoch{input.rest()};
  std::string why;
  const auto lease = worker::parse_lease(pool.c_str(), node.c_str(), epoch.c_str(), &why);
  MUST(lease.has_value() == why.empty());
  MUST(why_not_shown(why).empty());
  if (!lease) return;
  MUST(lease->epoch >= 1 && why_not_a_name(lease->pool).empty() &&
       why_not_a_name(lease->node).empty());
}

}  // namespace
}  // namespace jobflip::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace jobflip::fuzz;
  Input input{data, size};
  switch (input.byte()) {
    case 'p':
      try_page(input);
      break;
    case 'm':
      try_page_file(input.rest());
      break;
    case 'g':
      try_guard_arguments(input);
      break;
    case 'i':
      try_state_file(input.rest());
      break;
    case 'u':
      try_unit(input);
      break;
    case 's':
      try_service_manager(input);
      break;
    case 'w':
      try_worker(input);
      break;
    default:
      break;
  }
  return 0;
}
