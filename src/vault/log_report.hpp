// What the offline check of a log found, in the report of a check of more than the log.
#pragma once

#include "rookery/verify.hpp"
#include "vault/store_report.hpp"

namespace rookery::messages {

void add_log(StoreReport& report, const VerifyReport& log);

}  // namespace rookery::messages
