#include "app/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdlib>

namespace jobflip::app {

std::shared_ptr<spdlog::logger> open_log(const std::string& name) {
  auto log =
      std::make_shared<spdlog::logger>(name, std::make_shared<spdlog::sinks::stderr_sink_mt>());
  const bool to_journal = std::getenv("JOURNAL_STREAM") != nullptr;
  log->set_pattern(to_journal ? "%l %v" : "%Y-%m-%dT%H:%M:%S.%eZ %l %v",
                   spdlog::pattern_time_type::utc);
  log->flush_on(spdlog::level::info);
  return log;
}

}  // namespace jobflip::app
