// AccessWriter: the members that the answers about rights share. Shapes: docs/api.md.
#pragma once

#include "access/decide.hpp"
#include "access/explain.hpp"
#include "base/uuid.hpp"
#include "messages/explain_reply.hpp"
#include "odata/json/json_writer.hpp"
#include "schema/schema.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace rookery::odata {

[[nodiscard]] std::string_view word(access::PrincipalKind kind);
[[nodiscard]] const schema::Table& table_of(access::PrincipalKind kind);

class AccessWriter {
 public:
    /// Both must outlive it. The caller opens and closes the outermost object.
    AccessWriter(JsonWriter& json, const messages::Names& names) : json_(json), names_(names) {}

    void text(std::string_view name, std::string_view value);
    void flag(std::string_view name, bool value);
    void count(std::string_view name, std::size_t value);
    /// "<what>Id" and "<what>Name"; both null for the nil id.
    void named(const std::string& what, const schema::Table& table, const Uuid& id);

    // Objects.
    void path(const access::Path& path);
    void reader(const access::Reader& reader, const messages::LiveCredentials& all);
    void table(const messages::ListedTable& listed);
    void held(const access::HeldPrivilege& one);
    void decided(const access::ColumnDecision& one);

    /// "Credentials" and "MoreCredentials".
    void credentials(const messages::LiveCredentials& all);

 private:
    void column(const access::ClearColumn& one);

    JsonWriter& json_;
    const messages::Names& names_;
};

}  // namespace rookery::odata
