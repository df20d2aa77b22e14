/// The texts of /proc, which a worker influences because it chooses its name. Whatever the name,
/// the black box reports the process as one line of valid JSON within its length limit.

#include <cstdint>
#include <nlohmann/json.hpp>

#include "fuzz/input.hpp"
#include "fuzz/must.hpp"
#include "jobflip/capture/json_text.hpp"
#include "jobflip/capture/process_capture.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace jobflip;
  const std::string text{reinterpret_cast<const char*>(data), size};
  capture::ProcessCapture look;
  if (auto stat = os::parse_stat(text)) {
    MUST(stat->pid > 0 && stat->parent >= 0);
    look.processes.push_back({.stat = std::move(*stat),
                              .wait_channel = os::parse_wait_channel(text),
                              .stack = os::parse_stack(text, capture::kMostFrames),
                              .threads = {{1, 'S', os::parse_wait_channel(text)}},
                              .files = {{os::kind_of_link(text), 1}}});
  }
  if (auto tcp = os::parse_tcp_line(text)) {
    MUST(!tcp->local.empty() && !tcp->remote.empty() && !tcp->state.empty());
    look.connections.push_back({1, std::move(*tcp)});
  }
  look.missing.push_back({"stack", text});
  const auto pressure = os::parse_pressure(text);
  for (const auto& average : {pressure.some_avg10, pressure.full_avg10})
    MUST(!average || (*average >= 0 && *average <= 100));
  os::socket_inode(text);
  os::number_after(text, "usage_usec");
  for (const std::size_t most : {100UL, 1'000UL, 100'000UL}) {
    const auto line = capture::json_of(look, most);
    MUST(line.size() <= most && line.find('\n') == std::string::npos);
    const auto parsed = nlohmann::json::parse(line, nullptr, false);
    MUST(parsed.is_object());
    for (const auto& one : parsed.at("missing"))
      MUST(one.at("why").get<std::string>().find('\0') == std::string::npos);
  }
  MUST(capture::clean(text, 20).size() <= 20);
  return 0;
}
