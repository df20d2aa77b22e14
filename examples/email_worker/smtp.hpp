#pragma once
/// One e-mail by SMTP, with a deadline on everything: a mail server that swallows connections must
/// not look like work.

#include <string>

#include "jobflip/worker/lease.hpp"
#include "outbox.hpp"

namespace email_worker {

enum class Delivery {
  accepted,  // the server took responsibility
  refused,   // it was not sent: no connection, or the server said no before the end of the data
  unknown,   // the data went out and no answer came: it may have been sent
};

struct Route {
  std::string smtp_url;
  std::string sender;
};

/// The message as it goes over the wire. X-Email-Id, X-Email-Attempt, X-Email-Node and
/// X-Email-Epoch say which attempt of which mail this is; Message-ID is the same for every attempt,
/// so that a mail reader folds a repeated one.
std::string compose(const Email& email, const std::string& sender,
                    const jobflip::worker::Lease& lease);

/// Sends it. `why` says what failed.
Delivery deliver(const Route& route, const Email& email, const std::string& message,
                 std::string& why);

}  // namespace email_worker
