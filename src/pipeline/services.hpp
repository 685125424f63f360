// Services: what the way of a request uses of the vault that it runs in, and all that it knows of it.
#pragma once

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/uuid.hpp"
#include "pipeline/bin_rules.hpp"
#include "pipeline/job_monitor.hpp"
#include "pipeline/slot_book.hpp"
#include "pipeline/sync_monitor.hpp"
#include "pipeline/token_rules.hpp"
#include "schema/schema.hpp"
#include "storage/space_watch.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::messages {

struct Services {
    const Clock& clock;
    Random& random;
    storage::SpaceWatch& space;
    Uuid vault;
    bool development = false;
    std::string origin;  // of the log: what its entries name as the node
    Uuid organization;
    Uuid root_business_unit;
    std::shared_ptr<SyncMonitor> sync;  // null: no sync is configured
    std::shared_ptr<JobMonitor> jobs;   // null: nothing works in the background here
    std::function<void()> seal;         // asks who holds the vault to; empty: nobody here can
    std::string anchor;                 // where it is kept, for people
    std::shared_ptr<SlotBook> slots;    // the ways in, of a vault that is open
    TokenRules tokens = {};
    BinRules bin = {};
    bool retains = false;  // records for the long term; what is retained stays so without
    // The table that a query of a retention policy is about, with the error that whoever wrote it should see. Empty: nobody
    // in this process reads one.
    std::function<Result<const schema::Table*>(std::string_view criteria)> read_criteria = {};
    // What an administrator should know, for the status: known since the opening, and asked for anew.
    std::vector<std::string> opening_warnings;
    std::function<std::vector<std::string>()> more_warnings;
};

}  // namespace rookery::messages
