// Memory, processor and disk: the kernel's figures of the workers' cgroup, else of the host.
#include <algorithm>

#include "blackbox/black_box_parts.hpp"
#include "jobflip/guard/lease_page.hpp"
#include "jobflip/os/bounded_file.hpp"
#include "jobflip/os/proc_text.hpp"

namespace jobflip::blackbox {
namespace {

constexpr std::size_t kMostBytes = 64 * 1024;

Json pressure_json(const std::string& text) {
  const auto pressure = os::parse_pressure(text);
  Json out = Json::object();
  if (pressure.some_avg10) out["some_avg10"] = *pressure.some_avg10;
  if (pressure.full_avg10) out["full_avg10"] = *pressure.full_avg10;
  return out;
}

class Load {
 public:
  Load(std::vector<std::string> places, std::string host)
      : places_{std::move(places)}, host_{std::move(host)} {}

  Json take() {
    for (const char* part : {"memory", "cpu", "io"}) take_pressure(part);
    for (const char* key : {"current", "max"}) {
      const auto text = first_of(std::string{"memory."} + key);
      const auto number = text ? os::whole_number<std::uint64_t>(*text) : std::nullopt;
      if (number)
        out_["memory"][key] = *number;
      else if (text && *text == "max\n")
        out_["memory"][key] = "max";
    }
    if (!places_.empty() && !out_["memory"].contains("current"))
      out_["missing"].push_back(missing("memory.current", "the cgroup counts no memory"));
    const auto cpu = first_of("cpu.stat");
    if (const auto used = cpu ? os::number_after(*cpu, "usage_usec") : std::nullopt)
      out_["cpu"]["usage_ms"] = *used / 1000;
    return std::move(out_);
  }

 private:
  std::optional<std::string> first_of(const std::string& file) const {
    for (const auto& place : places_)
      if (auto text = os::read_bounded(place + "/" + file, kMostBytes)) return *text;
    return std::nullopt;
  }

  void take_pressure(const std::string& part) {
    auto text = first_of(part + ".pressure");
    if (!text) {
      const auto of_host = os::read_bounded(host_ + "/" + part, kMostBytes);
      const auto* why = of_host ? "not the cgroup's: the whole host's" : "the kernel has none";
      out_["missing"].push_back(missing(part + ".pressure", why));
      if (of_host) text = *of_host;
    }
    if (text) out_[part]["pressure"] = pressure_json(*text);
  }

  std::vector<std::string> places_;
  std::string host_;
  Json out_ = Json::object();
};

}  // namespace

Json load_of(const std::string& cgroup, const std::string& parent, const std::string& host) {
  std::vector<std::string> places;
  for (const auto& place : {cgroup, parent})
    if (!place.empty()) places.push_back(place);
  return Load{std::move(places), host}.take();
}

Json load_part(const BlackBoxSettings& settings) {
  const auto path = settings.runtime_dir + "/" + settings.pool.str() + guard::kLeaseSuffix;
  const auto page = guard::MappedPage::open(path, false);
  auto cgroup = page ? guard::load_cgroup(**page) : "";
  // controllers belong to the unit's cgroup and are not enabled below it
  auto parent = cgroup.substr(0, std::min(cgroup.rfind('/'), cgroup.size()));
  if (settings.unit.empty() || !parent.ends_with("/" + settings.unit)) parent.clear();
  if (cgroup.empty() && !settings.unit.empty())
    parent = "/sys/fs/cgroup/system.slice/" + settings.unit;
  return load_of(cgroup, parent, "/proc/pressure");
}

}  // namespace jobflip::blackbox
