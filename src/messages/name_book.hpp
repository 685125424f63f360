// NameBook: the names behind the ids of an answer about rights.
#pragma once

#include "messages/explain_reply.hpp"
#include "pipeline/needs.hpp"
#include "pipeline/plan_builder.hpp"

namespace rookery::messages {

/// Collects those that the caller may know: he reads such rows or the log, or is it himself.
class NameBook {
 public:
    explicit NameBook(const PlanBuilder& builder);

    void user(const Uuid& id);
    void team(const Uuid& id);
    void role(const Uuid& id);
    void profile(const Uuid& id);
    void unit(const Uuid& id);
    void principal(const access::Principal& who);
    void path(const access::Path& path);
    void credentials(const LiveCredentials& all);

    [[nodiscard]] Names take() && { return std::move(names_); }

 private:
    void put(const schema::Table& table, const Uuid& id, const std::string& name);

    const PlanBuilder& builder_;
    const access::Facts& facts_;
    const bool reads_log_;
    Names names_;
};

}  // namespace rookery::messages
