#include "faults/test_cluster.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "faults/cluster_settings.hpp"
#include "faults/scheduling_stalls.hpp"
#include "support/build_paths.hpp"

namespace jobflip::faults {
namespace {

namespace fs = std::filesystem;
const std::string kMark = "NEMESIS_RUN";
constexpr host::ProcessEnd kRefused{.exit_code = 1, .signal = 0};
constexpr Millis kStartsAgain{250};  // for a daemon that refuses to start

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().text + " " + result.error().hint);
  return std::move(*result);
}

void write(const std::string& path, const std::string& text) {
  if (const auto good = demo::write_text(path, text); !good)
    throw std::runtime_error(good.error().text);
}

}  // namespace

TestCluster::TestCluster(const std::string& evidence)
    : evidence_{evidence},
      programs_{must(demo::find_programs(test::build_path("jobflip")))},
      account_{must(demo::unprivileged_account())},
      folders_{must(demo::Folders::make(evidence, account_))},
      links_{std::make_unique<Links>()} {
  fs::create_directories(evidence_ + "/workers");
  make_network();
  store_.emplace(programs_, folders_.root + "/pg", folders_.logs, account_, *links_);
  for (const auto& node : kNodes) {
    wires_[node] = std::make_shared<Wire>();
    const InNetspace in(network_ ? network_->hub() : "");
    const std::string address = network_ ? network_->hub_address() : "127.0.0.1";
    ports_[node] = {links_->add_tcp(wires_[node], address, store_->socket(0)),
                    links_->add_tcp(wires_[node], address, store_->socket(1))};
  }
  make_schema();
  sql_.emplace(store_->conninfo("postgres"));
  write_settings();
  const auto applied = verb({"apply", folders_.run + "/fleet.toml", "--reason", "the campaign"});
  if (applied.end != host::ProcessEnd{}) throw std::runtime_error("apply: " + applied.output);
  store_->make_replica();
  for (const auto& node : kNodes) start(node);
  for (const auto& name : kSupervisors) start(name);
}

TestCluster::~TestCluster() {
  try {
    stop_daemons();
  } catch (const std::exception& error) {
    fmt::print(stderr, "faults: {}\n", error.what());
  }
}

void TestCluster::make_network() {
  if (const auto why = Network::unavailable(); !why.empty())
    fmt::print("faults: SKIPPED: black holes and one-way partitions: {}\n", why);
  else
    network_.emplace(kNodes);
}

void TestCluster::make_schema() {
  Sql first(fmt::format("host={} port=54320 user=postgres dbname=postgres",
                        fs::path(store_->socket(0)).parent_path().string()));
  if (!first.ask("create database app")) throw std::runtime_error(first.why());
  host::SpawnSettings init;
  init.argv = {programs_.jobflip, "init", "--yes"};
  init.environment = {{"JOBFLIP_STORE", store_->conninfo("postgres")}};
  must(demo::output_of(init, folders_.logs + "/init.out", Millis{60'000}));
  std::string logins =
      "create role ops login in role jobflip_operator; create role probe login;"
      "create role worker login in role jobflip_worker;";
  for (const auto& node : kNodes)
    logins += fmt::format("create role {} login in role jobflip_agent;", node);
  for (const auto& name : kSupervisors)
    logins += fmt::format("create role {} login in role jobflip_supervisor;", name);
  Sql admin(store_->conninfo("postgres"));
  if (!admin.ask(logins) || !admin.ask(kWorkersTables)) throw std::runtime_error(admin.why());
}

std::string TestCluster::store_of(const std::string& node, const std::string& login) const {
  const auto [a, b] = ports_.at(node);
  return Store::conninfo(login, network_ ? network_->hub_address() : "127.0.0.1", a, b);
}

void TestCluster::write_settings() {
  for (const auto& node : kNodes) {
    const std::string runtime = folders_.run + "/" + node;
    const std::string command =
        fmt::format("\"{}\", \"{}/workers\", \"{}\"", test::build_path("tests/fault_worker"),
                    evidence_, store_of(node, "worker"));
    write(runtime + ".toml", agent_text(node, runtime, store_of(node, node), command,
                                        folders_.logs + "/worker-" + node + ".log", folders_.root));
  }
  for (const auto& name : kSupervisors) {
    const std::string runtime = folders_.run + "/" + name;
    write(runtime + ".toml",
          supervisor_text(name, runtime, store_->conninfo(name), store_->conninfo("probe")));
  }
  write(folders_.run + "/fleet.toml", fleet_text());
}

void TestCluster::start(const std::string& name) {
  const bool node = std::ranges::find(kNodes, name) != kNodes.end();
  const InNetspace in(node && network_ ? network_->space_of(name) : "");
  host::SpawnSettings spawn;
  spawn.argv = {programs_.jobflip, node ? "agent" : "supervisor", "--config",
                folders_.run + "/" + name + ".toml"};
  spawn.environment = {{kMark, folders_.root}};
  spawn.output = folders_.logs + "/" + name + ".log";
  spawn.own_group = true;
  daemons_.insert_or_assign(name, must(host::Process::spawn(spawn)));
  started_[name] = BootClock::now();
}

bool TestCluster::has_refused(const std::string& daemon, const host::ProcessEnd& end) const {
  const auto until = refuses_until_.find(daemon);
  return end == kRefused && until != refuses_until_.end() && started_.at(daemon) <= until->second;
}

void TestCluster::tend() {
  for (auto& [name, process] : daemons_) {
    const auto end = process.ended();
    if (!end) continue;
    const bool refuses = has_refused(name, *end);
    if (refuses && BootClock::now() < started_[name] + kStartsAgain) continue;
    const bool ours = killed_.contains(name) || down_.contains(name) || refuses;
    if (!ours) {
      const std::string what = name + " " + host::describe(*end) + ", and nobody had killed it";
      fmt::print("faults: {}\n", what);
      crashes_.push_back(what);
    }
    if (down_.contains(name)) continue;
    killed_.erase(name);
    start(name);
  }
  std::erase_if(asides_, [](host::Process& one) { return one.ended().has_value(); });
}

void TestCluster::stop_daemons() {
  for (const auto& node : kNodes) {
    wire(node).heal();
    for (const pid_t pid : all_of(node)) ::kill(pid, SIGCONT);
  }
  for (auto& [name, process] : daemons_) process.send(SIGCONT);
  for (auto& [name, process] : daemons_) process.send(SIGTERM);
  const Instant give_up = BootClock::now() + Millis{8000};
  for (auto& [name, process] : daemons_)
    process.wait(
        std::max(Millis{0}, std::chrono::duration_cast<Millis>(give_up - BootClock::now())));
  daemons_.clear();
  asides_.clear();
  for (int round = 0; round < 100; ++round) {
    const auto left = demo::processes_with({{kMark, folders_.root}});
    if (left.empty()) return;
    for (const auto& seen : left) ::kill(seen.pid, SIGKILL);
    ::poll(nullptr, 0, 50);
  }
}

}  // namespace jobflip::faults
