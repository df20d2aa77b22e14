#pragma once
/// A test's own PostgreSQL: initdb in a temporary folder, unix socket only, run by an unprivileged
/// user if the test runs as root, durable as in production (fsync on). It ends with the object,
/// and with the test's process however that dies.
/// Everything has a time limit. On a timeout std::runtime_error is thrown, which fails the test.

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace jobflip::test {

class PgCluster {
 public:
  /// How a copy of another server starts: it follows that server, or it was restored from a
  /// backup.
  enum class Copy { standby, restored };

  /// `settings`: further lines of postgresql.conf. `launcher`: words before the server's command,
  /// such as "/usr/bin/env NAME=VALUE".
  explicit PgCluster(const std::vector<std::string>& settings = {},
                     std::vector<std::string> launcher = {});
  /// Copied by pg_basebackup, while `original` runs.
  PgCluster(const PgCluster& original, Copy kind);
  ~PgCluster();
  PgCluster(const PgCluster&) = delete;
  PgCluster& operator=(const PgCluster&) = delete;

  /// A connection string for `login`, which needs no password.
  std::string conninfo(const std::string& login = "postgres",
                       const std::string& database = "postgres") const;

  /// Runs SQL as superuser through psql. Returns the output, unaligned, without the last line
  /// break.
  std::string sql(const std::string& statements, const std::string& database = "postgres") const;
  /// Creates a database `to` with everything that a dump of `from` contains.
  void restore_dump(const std::string& from, const std::string& to) const;

  void start();
  /// "fast", "immediate" (like a power cut: nothing is flushed) or "smart".
  void stop(const std::string& mode = "fast");
  pid_t pid() const noexcept { return pid_; }
  const std::string& folder() const noexcept { return folder_; }

 private:
  void make_folder();
  void configure(const std::vector<std::string>& settings);
  bool ended_within(std::chrono::milliseconds limit);

  std::string folder_;  // data/ and the socket are in it
  std::vector<std::string> launcher_;
  pid_t pid_{-1};
};

/// Tries `condition` until it holds; false if it doesn't within `limit`.
bool eventually(const std::function<bool()>& condition,
                std::chrono::milliseconds limit = std::chrono::seconds{10});

/// One cluster for the whole test program, with the schema in a template database and the logins
/// job1, job2, job3, stranger (agents), sup1, sup2, ops1, reader1, worker1, nobody1 (in no group).
class StoreCluster {
 public:
  /// `init` gets a superuser's connection string and creates the schema in that database.
  static StoreCluster& shared(const std::function<void(const std::string& conninfo)>& init);

  explicit StoreCluster(const std::function<void(const std::string& conninfo)>& init,
                        const std::vector<std::string>& settings = {},
                        std::vector<std::string> launcher = {});

  /// The name of a database as `init` left it. It is always the same database, emptied; the
  /// sessions of the previous test must be closed.
  std::string fresh_database();
  /// A separate database, for a test whose changes can't be undone by emptying it.
  std::string own_database();
  PgCluster& pg() noexcept { return pg_; }

 private:
  PgCluster pg_;
  bool has_emptied_{false};
  int databases_{0};
};

}  // namespace jobflip::test
