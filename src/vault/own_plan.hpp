// OwnPlan: what a vault plans of itself, which no message asked for: SYSTEM's writes and entries of an opening.
#pragma once

#include "messages/who_am_i.hpp"
#include "pipeline/plan_builder.hpp"
#include "vault/vault.hpp"
#include "vault/vault_parts.hpp"

namespace rookery::messages {

class OwnPlan {
 public:
    OwnPlan(const Vault& vault, const View& now)
        : system_(vault.system()),
          info_(of_nobody(vault)),
          builder(vault.parts().services, now, system_, facts_, info_, work_) {}

    OwnPlan(const OwnPlan&) = delete;  // the builder refers to it
    OwnPlan& operator=(const OwnPlan&) = delete;

 private:
    static MessageFacts without_name() {
        auto out = WhoAmI{}.facts();
        out.name = "";
        return out;
    }

    static RequestInfo of_nobody(const Vault& vault) {
        RequestInfo out;
        out.correlation = Uuid::random(vault.parts().services.random);
        return out;
    }

    access::Caller system_;
    MessageFacts facts_ = without_name();
    RequestInfo info_;
    WorkBudget work_;

 public:
    PlanBuilder builder;
};

}  // namespace rookery::messages
