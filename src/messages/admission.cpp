#include "messages/admission.hpp"

#include "messages/general_needs.hpp"
#include "messages/needs.hpp"

namespace rookery::messages {
namespace {

/// The table privilege that a message asks for before any row is read.
struct Admission {
    const Planning& planning;

    [[nodiscard]] access::Decision judge(const access::Needs& needs) const {
        return access::decide(planning.caller, needs, planning.facts());
    }

    [[nodiscard]] access::Decision table(const schema::Table& table, schema::Right right) const {
        return judge(needs_of_table(table, right));
    }

    [[nodiscard]] access::Decision anyone() const { return judge(needs_of_anyone()); }

    access::Decision operator()(const Rejected&) const { return anyone(); }

    access::Decision operator()(const Create& m) const {
        return table(*m.table, schema::Right::create);
    }

    access::Decision operator()(const CreateMultiple& m) const {
        return table(*m.table, schema::Right::create);
    }

    access::Decision operator()(const Upsert& m) const {
        return either(*m.target.table, m.preconditions);
    }

    access::Decision operator()(const UpsertMultiple& m) const { return either(*m.table, {}); }

    access::Decision operator()(const Delete& m) const {
        return table(*m.target.table, schema::Right::remove);
    }

    access::Decision operator()(const Retrieve& m) const {
        return table(*m.target.table, schema::Right::read);
    }

    access::Decision operator()(const RetrieveMultiple& m) const {
        if (m.within) {
            auto parent = table(*m.within->parent.table, schema::Right::read);
            if (!parent.allowed()) return parent;
        }
        return table(*m.table, schema::Right::read);
    }

    access::Decision operator()(const Associate& m) const { return link(m); }

    access::Decision operator()(const Disassociate& m) const { return link(m); }

    access::Decision operator()(const AddPrivilegesRole& m) const {
        return table(*m.role.table, schema::Right::write);
    }

    access::Decision operator()(const RemovePrivilegeRole& m) const {
        return table(*m.role.table, schema::Right::write);
    }

    access::Decision operator()(const RevokeCredential&) const { return anyone(); }

    access::Decision operator()(const RetrieveAccessOf& m) const {
        return judge(needs_to_ask_about(m.user, planning.caller.user));
    }

    access::Decision operator()(const ExplainAccess& m) const {
        return judge(needs_to_ask_about(m.user, planning.caller.user));
    }

    template <General M>
    access::Decision operator()(const M& m) const {
        return judge(general_needs(m));
    }

    /// Write for what exists, Create for what does not; which of the two is known only later.
    [[nodiscard]] access::Decision either(
        const schema::Table& of, const Preconditions& preconditions
    ) const {
        if (preconditions.must_not_exist) return table(of, schema::Right::create);
        auto write = table(of, schema::Right::write);
        if (write.allowed() || preconditions.must_exist) return write;
        auto create = table(of, schema::Right::create);
        return create.allowed() ? create : write;
    }

    template <class Message>
    [[nodiscard]] access::Decision link(const Message& m) const {
        if (m.association == nullptr) return table(*m.child.table, schema::Right::write);
        auto parent = table(*m.parent.table, schema::Right::append);
        return parent.allowed() ? table(*m.child.table, schema::Right::append) : parent;
    }
};

}  // namespace

access::Decision admit(const Planning& planning) {
    return std::visit(Admission{planning}, planning.message);
}

}  // namespace rookery::messages
