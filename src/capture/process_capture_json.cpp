#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "jobflip/capture/json_text.hpp"
#include "jobflip/capture/process_capture.hpp"

namespace jobflip::capture {
namespace {

using nlohmann::json;

json json_of(const SeenProcess& process) {
  const auto& stat = process.stat;
  json out{{"pid", stat.pid},
           {"ppid", stat.parent},
           {"name", clean(stat.name)},
           {"state", std::string(1, stat.state)}};
  static const auto tick = ::sysconf(_SC_CLK_TCK);
  static const auto page = ::sysconf(_SC_PAGESIZE);
  // no process reaches this bound, and no product of it overflows
  constexpr std::int64_t kMost = std::int64_t{1} << 48;
  out["cpu_ms"] = std::clamp(stat.cpu_ticks, std::int64_t{0}, kMost) * 1000 / tick;
  out["rss_kib"] = std::clamp(stat.rss_pages, std::int64_t{0}, kMost) * (page / 1024);
  if (!process.wait_channel.empty()) out["wchan"] = clean(process.wait_channel);
  for (const auto& frame : process.stack) out["stack"].push_back(clean(frame));
  for (const auto& [kind, count] : process.files) out["files"][name_of(kind)] = count;
  for (const auto& thread : process.threads) {
    json one{{"tid", thread.tid}, {"state", std::string(1, thread.state)}};
    if (!thread.wait_channel.empty()) one["wchan"] = clean(thread.wait_channel);
    out["threads"].push_back(std::move(one));
  }
  return out;
}

}  // namespace

std::string json_of(const ProcessCapture& look, std::size_t most) {
  json out{{"processes", json::array()}, {"tcp", json::array()}, {"missing", json::array()}};
  for (const auto& process : look.processes) out["processes"].push_back(json_of(process));
  for (const auto& [pid, tcp] : look.connections)
    out["tcp"].push_back({{"pid", pid},
                          {"local", tcp.local},
                          {"remote", tcp.remote},
                          {"state", tcp.state},
                          {"send_queue", tcp.send_queue},
                          {"receive_queue", tcp.receive_queue}});
  for (const auto& [part, why] : look.missing)
    out["missing"].push_back({{"part", part}, {"why", clean(why)}});
  return fitted(std::move(out), most);
}

}  // namespace jobflip::capture
