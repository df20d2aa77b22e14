#pragma once
/// What every scene of the demo uses: the wall clock, the narrator's voice, and waits that always
/// end.

#include <functional>
#include <string>
#include <string_view>

#include "jobflip/base/result.hpp"
#include "jobflip/base/time.hpp"

namespace jobflip::demo {

class Stage {
 public:
  Stage();
  ~Stage();
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  /// "  4.2 s  text": one step of the story.
  void tell(std::string_view text);
  /// A heading above the output of a verb.
  void heading(std::string_view text);
  /// The output of another program, indented.
  void quote(std::string_view text);

  /// SIGINT, SIGTERM or SIGHUP came. They are blocked while a stage exists, so they interrupt no
  /// call.
  bool interrupted();
  /// Waits until then, or until a signal.
  void pause(Millis length);

  /// Calls `holds` again and again until it is true. An error of it ends the wait at once. After
  /// the deadline the error says what it waited for, and to read `log`.
  Result<void> await(std::string_view what, std::string_view log, Millis at_most,
                     const std::function<Result<bool>()>& holds);

  Millis since_start() const;

 private:
  Instant begin_;
  int signals_{-1};
  bool interrupted_{false};
};

/// "2.9 s".
std::string seconds(Millis length);

/// The wall clock of this machine, which the private PostgreSQL also uses.
WallTime wall_now();

/// a - b, for figures.
Millis between(WallTime earlier, WallTime later);

}  // namespace jobflip::demo
