// What rky_RetrieveWhoCan, rky_RetrieveAccessOf and rky_ExplainAccess answer; rendered by odata.
#pragma once

#include "access/decide.hpp"
#include "access/explain.hpp"
#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "storage/value.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace rookery::messages {

/// Present names of the rows that an answer speaks of, of those that have one.
using Names = std::map<storage::RowRef, std::string>;

/// A live credential: valid, and not expired when it was asked.
struct LiveCredential {
    Uuid id;
    ByteArray<8> fingerprint{};
    std::string name;
    Uuid maker;
    std::optional<Uuid> confirmed_by;
    Instant expires;
    bool plaintext = false;       // what it carries of its user's rights; else it waits for
    bool administration = false;  // rky_ConfirmCredential
};

struct LiveCredentials {
    std::vector<LiveCredential> listed;  // the one that expires last first
    bool more = false;
};

struct WhoCanReply {
    const schema::Table* table = nullptr;
    Uuid record;
    std::string record_name;
    std::optional<access::Principal> owner;
    bool inactive = false;  // nobody reads it now; the readers would if it were active
    std::vector<const schema::Column*> columns;
    access::Readers readers;
    std::vector<LiveCredentials> credentials;  // of each reader
    Names names;
};

/// What is listed of a table's rows and how much there is of it.
struct ListedTable {
    access::TableAccess access;
    std::size_t owners = 0;
    std::size_t units = 0;
};

struct AccessOfReply {
    Uuid user;
    bool enabled = true;
    std::vector<ListedTable> tables;
    std::vector<access::HeldPrivilege> privileges;
    bool system_administrator = false;
    bool administers = false;
    LiveCredentials credentials;
    Names names;
};

struct ExplainReply {
    Uuid user;
    std::string_view asked;  // name of the message
    const schema::Table* table = nullptr;
    std::optional<Uuid> record;  // as far as the asker may know it
    bool allowed = false;
    std::optional<Error> error;  // as the user would get it; set unless allowed
    std::string rule;            // as it stands on the log
    std::optional<access::Path> path;
    const schema::Privilege* missing = nullptr;
    std::size_t rows = 0;  // that the message would touch, cascades included
    std::vector<access::ColumnDecision> columns;
    LiveCredentials credentials;
    Names names;
};

}  // namespace rookery::messages
