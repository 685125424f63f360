// What messages are put together from: which row, which values, on what condition, which columns.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "base/uuid.hpp"
#include "schema/schema.hpp"
#include "storage/value.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace rookery::messages {

/// `SET(key='v')`: values in the order of the key's columns.
struct KeyValues {
    const schema::AlternateKey* key = nullptr;
    std::vector<storage::Value> values;
};

/// Names one row: by id or by alternate key.
struct Target {
    const schema::Table* table = nullptr;
    std::variant<Uuid, KeyValues> by;
};

/// null clears. A token arrives as SecretBytes and never as anything else; a lookup as a Target.
using InputValue = storage::ValueWith<std::string, Target, SecretBytes>;

struct InputCell {
    const schema::Column* column = nullptr;
    InputValue value;
};

/// A row as a body gives it: each column at most once, types and limits already checked,
/// read-only columns already dropped or refused (can::refuse cells stay: the planner compares them).
struct Input {
    std::vector<InputCell> cells;

    [[nodiscard]] const InputCell* find(std::string_view column) const;
};

/// If-Match and If-None-Match, after the literal `null` was taken for absent.
struct Preconditions {
    bool must_exist = false;                  // If-Match: * or a version list
    bool must_not_exist = false;              // If-None-Match: *
    std::vector<std::uint64_t> versions;      // If-Match: any of these
    std::vector<std::uint64_t> not_versions;  // GET If-None-Match
    bool unmatchable = false;                 // If-Match held only tags this server never made
};

/// Whether a row is refused that a published rule takes for a duplicate (MSCRM.SuppressDuplicateDetection).
enum class Duplicates : std::uint8_t { allowed, refused };

/// Which properties to show. Empty columns: all readable OData properties.
struct Selection {
    std::vector<const schema::Column*> columns;
    bool unmasked = false;     // UnMaskedData=true
    bool annotations = false;  // formatted values of lookups are wanted
};

/// What the transport knows of a request; goes into its events.
struct RequestInfo {
    Uuid correlation;               // minted here
    std::string client_request_id;  // at most 128 bytes
    std::string user_agent;         // at most 256 bytes
    Bytes source_address;           // 4 or 16 bytes
    std::uint16_t source_port = 0;
    std::uint16_t tls_version = 0;
};

}  // namespace rookery::messages
