// A row of an import on its way into the vault.
#pragma once

#include "base/secret.hpp"
#include "base/uuid.hpp"
#include "cli/import/import_scan.hpp"

#include <optional>

namespace rookery::cli {

struct WorkRow {
    ScannedRow* row = nullptr;  // no other worker has it
    SecretBytes access_token;
    SecretBytes access_token_secret;
    std::optional<Uuid> application;  // created by now
    Uuid handle;                      // of a row that is there, or that will be made
    Uuid new_record;                  // the id of a record that will be made
    bool dropped = false;             // refused, and reported

    [[nodiscard]] const RowPlan& plan() const { return row->plan; }

    [[nodiscard]] std::size_t token_bytes() const {
        return access_token.size() + access_token_secret.size();
    }
};

}  // namespace rookery::cli
